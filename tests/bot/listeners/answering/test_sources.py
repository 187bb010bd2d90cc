"""What a message says that a ticket is made of, wherever Slack put it."""

import pytest

from bot.listeners.answering.sources import NO_CONTENT, content


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ({"text": "disk full"}, "disk full"),
        (
            {
                "text": "",
                "attachments": [{"title": "[FIRING:1] HighCPU db-1", "text": "CPU above 95% for 10m"}],
            },
            "[FIRING:1] HighCPU db-1\nCPU above 95% for 10m",
        ),
        (
            {
                "text": NO_CONTENT,
                "blocks": [
                    {"type": "header", "text": {"type": "plain_text", "text": "Deploy failed"}},
                    {"type": "section", "fields": [{"type": "mrkdwn", "text": "step: build"}]},
                ],
            },
            "Deploy failed\nstep: build",
        ),
        (
            {
                "blocks": [
                    {
                        "type": "rich_text",
                        "elements": [
                            {
                                "type": "rich_text_section",
                                "elements": [
                                    {"type": "text", "text": "see "},
                                    {"type": "link", "url": "https://x"},
                                ],
                            }
                        ],
                    }
                ]
            },
            "see https://x",
        ),
        ({"attachments": [{"fallback": "Build 7 failed"}]}, "Build 7 failed"),
        ({"attachments": [{"fields": [{"title": "Host", "value": "db-1"}]}]}, "Host: db-1"),
        ({"text": "", "files": [{"name": "trace.log", "title": "The trace"}]}, "The trace"),
        ({"text": None, "blocks": None, "attachments": "x", "files": [None]}, ""),
    ],
)
def test_its_text_else_its_blocks_else_its_attachments_else_its_files(message, said):
    assert content(message) == said
