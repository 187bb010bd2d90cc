"""The final table: every figure, its goal, and whether it is reached."""

from rich.console import Console
from rich.table import Table


class Report:
    """A table of figures: what was measured, the goal, and whether it is reached."""

    def __init__(self, title: str = "The store") -> None:
        self._table = Table("figure", "measured", "goal", "", title=title)

    def add(self, figure: str, measured: str, goal: str = "", *, reached: bool | None = None) -> None:
        mark = {True: "yes", False: "NO", None: ""}[reached]
        self._table.add_row(figure, measured, goal, mark)

    def show(self) -> None:
        Console(width=130).print(self._table)
