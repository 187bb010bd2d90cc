"""Has the pipeline answer a message, and notes the usage and the log line."""

from collections.abc import Awaitable, Callable

from bot.actions import Action
from bot.listeners.services import IncomingRequest, RequestContext, Services, recheck_context
from bot.parser.message import Message
from bot.pipeline import Answer, Fill
from bot.router.requester import Requester


async def answer_message(
    services: Services,
    request: IncomingRequest,
    ctx: RequestContext,
    message: Message,
    before_model_call: Callable[[], Awaitable[None]] | None = None,
    *,
    fill: Fill | None = None,
    known_action: Action | None = None,
) -> tuple[RequestContext, Answer]:
    """The answer, and the context it was given in: before grave actions the person and room are looked up again.
    `before_model_call`, `fill` and `known_action` as in `Pipeline.answer`."""

    async def recheck() -> Requester:
        nonlocal ctx
        ctx = await recheck_context(services, ctx)
        return ctx.requester

    said = await services.pipeline.answer(
        message,
        ctx.requester,
        ctx.origin,
        before_model_call,
        recheck=recheck,
        fill=fill,
        known_action=known_action,
    )
    request.notes.usage = said.usage
    request.line.record_answer(said)
    services.on_answer(ctx, said)
    return ctx, said
