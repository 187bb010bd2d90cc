"""Builds blocks with slackblocks from JSON: it parses only some kinds itself, but validates every block that
it builds.
"""

from typing import Any

import slackblocks
from slackblocks.rich_text import RichText, RichTextCodeBlock, RichTextQuote, RichTextSection


def slackblock(block: dict[str, Any]) -> Any:
    return _BUILDERS.get(block["type"], _build_rich)(block, block.get("block_id"))


def _build_section(block: dict[str, Any], block_id: str | None) -> Any:
    accessory = _element(block["accessory"]) if "accessory" in block else None
    return slackblocks.SectionBlock(_text(block["text"]), block_id, accessory=accessory)


def _build_input(block: dict[str, Any], block_id: str | None) -> Any:
    element = _element(block["element"])
    optional = block.get("optional", False)
    return slackblocks.InputBlock(_text(block["label"]), element, block_id=block_id, optional=optional)


def _build_rich(block: dict[str, Any], block_id: str | None) -> Any:
    return slackblocks.RichTextBlock([_rich(one) for one in block["elements"]], block_id)


_BUILDERS: dict[str, Any] = {
    "section": _build_section,
    "input": _build_input,
    "context": lambda block, name: slackblocks.ContextBlock([_text(one) for one in block["elements"]], name),
    "actions": lambda block, name: slackblocks.ActionsBlock(
        [_element(one) for one in block["elements"]], name
    ),
    "header": lambda block, name: slackblocks.HeaderBlock(_text(block["text"]), name),
    "divider": lambda _, name: slackblocks.DividerBlock(name),
}


def _text(text: dict[str, Any]) -> slackblocks.Text:
    return slackblocks.Text.from_dict(text)


def _rich(part: dict[str, Any]) -> Any:
    runs = [RichText(run["text"], **run.get("style", {})) for run in part["elements"]]
    kinds = {"rich_text_section": RichTextSection, "rich_text_quote": RichTextQuote}
    return kinds.get(part["type"], RichTextCodeBlock)(runs)


def _element(element: dict[str, Any]) -> Any:
    match element["type"]:
        case "button":
            return slackblocks.Button(
                _text(element["text"]),
                element["action_id"],
                value=element["value"],
                style=element.get("style"),
                accessibility_label=element.get("accessibility_label"),
            )
        case "static_select":
            return slackblocks.StaticSelectMenu(
                element["action_id"],
                options=[_option(one) for one in element["options"]] if "options" in element else None,
                option_groups=[
                    slackblocks.OptionGroup(_text(one["label"]), [_option(each) for each in one["options"]])
                    for one in element["option_groups"]
                ]
                if "option_groups" in element
                else None,
                initial_option=_option(element["initial_option"]) if "initial_option" in element else None,
                placeholder=_text(element["placeholder"]),
            )
        case "conversations_select":
            return slackblocks.ConversationSelectMenu(
                element["action_id"],
                placeholder=_text(element["placeholder"]),
                filter=slackblocks.ConversationFilter(
                    element["filter"]["include"],
                    exclude_bot_users=element["filter"].get("exclude_bot_users"),
                ),
            )
        case _:
            return slackblocks.PlainTextInput(
                element["action_id"],
                element.get("initial_value"),
                element.get("multiline", False),
                element.get("min_length"),
                element.get("max_length"),
                placeholder=_text(element["placeholder"]) if "placeholder" in element else None,
            )


def _option(option: dict[str, Any]) -> slackblocks.Option:
    return slackblocks.Option(_text(option["text"]), option["value"])
