# docker build -t tickets .   How to run it is in OPERATIONS.md.
# The version that requirements.txt was resolved for.
FROM python:3.11-slim AS build
WORKDIR /source
COPY requirements.txt ./
RUN python -m venv /opt/tickets \
    && /opt/tickets/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY prompts prompts
COPY store store
COPY bot bot
RUN /opt/tickets/bin/pip install --no-cache-dir --no-deps . \
    && /opt/tickets/bin/pip uninstall --yes pip

FROM python:3.11-slim
# The store's folder belongs to the bot; a new volume takes that over. Nothing else is written.
RUN useradd --system --uid 10001 --no-create-home tickets \
    && install --directory --owner=tickets --group=tickets --mode=0700 /data
COPY --from=build /opt/tickets /opt/tickets
# HOME: also for a user of no name, as some platforms choose one.
ENV PATH=/opt/tickets/bin:$PATH \
    HOME=/data \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    TICKETS_STORE=/data/tickets.json \
    TICKETS_HEALTH_PORT=3001
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 3000 3001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"TICKETS_HEALTH_PORT\"]}/healthz', timeout=4)"]
ENTRYPOINT ["tickets"]
CMD ["run"]
