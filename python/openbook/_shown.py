"""What has a display: in it stands to whom it is private, and it is not carried on unseen."""

from __future__ import annotations

from typing import Any, SupportsIndex

from . import privacy

__all__ = ["Shown"]


class Shown:
    """Something with `_blocks`, shown as text and as HTML.

    Whatever is made of a book under a layer says by `private_to` whose it is. All the rest follows from that: its
    displays begin with the mark unless they have it already, and it is not pickled. Pictures stand alone, so their
    titles carry the mark too (`privacy.titled`); files ask `privacy.permit`.
    """

    __slots__ = ()

    @property
    def private_to(self) -> str:
        """The party to which it is private; "" for what all may see."""
        return ""

    def _blocks(self) -> list[Any]:
        raise NotImplementedError

    def _shown(self) -> list[Any]:
        """The blocks of a display that stands alone."""
        made = self._blocks()
        if not self.private_to:
            return made
        from ._display import blocks

        return blocks.said(made, self.private_to)

    def __str__(self) -> str:
        from ._display import text

        return text.render(self._shown())

    def _repr_html_(self) -> str:
        from ._display import html

        return html.render(self._shown())

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        privacy.refuse_pickle(self.private_to)
        return super().__reduce_ex__(protocol)
