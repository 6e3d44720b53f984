"""The library as a tree: names on the left, mastery, due and new in columns on the right."""

from rich.style import Style
from rich.text import Text
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from drillr.domain.text import one_line
from drillr.domain.tree import Node

_COLUMNS = 17
_MARK = 4


class Library(Tree[Node]):
    """Parts of the library; a part's children are made when it is first unfolded."""

    guide_depth = 2
    auto_expand = False

    def show(self, root: Node) -> None:
        """Show a library, keeping what is unfolded and where the cursor stands."""
        unfolded = {node.data.path for node in self._made() if node.is_expanded and node.data}
        held = self.cursor_node
        cursor = held.data.path if held is not None and held.data is not None else ""
        first = len(unfolded) <= 1
        self.clear()
        self.root.data = root
        self.root.set_label(root.name)
        self._fill(self.root)
        self.root.expand()
        if first and len(root.children) <= 3:
            unfolded |= {child.path for child in root.children}
        for node in self._unfold(self.root, unfolded):
            if node.data is not None and node.data.path == cursor:
                self.move_cursor(node)

    def _unfold(self, top: TreeNode[Node], paths: set[str]) -> list[TreeNode[Node]]:
        found = [top]
        for node in top.children:
            if node.data is not None and node.data.path in paths and node.allow_expand:
                self._fill(node)
                node.expand()
            found += self._unfold(node, paths)
        return found

    def _made(self) -> list[TreeNode[Node]]:
        waiting, found = [self.root], []
        while waiting:
            node = waiting.pop()
            found.append(node)
            waiting += node.children
        return found

    def _fill(self, parent: TreeNode[Node]) -> None:
        if parent.children or parent.data is None:
            return
        for child in parent.data.children:
            name = child.code
            if child.children:
                parent.add(name, data=child)
            else:
                parent.add_leaf(name, data=child)

    def on_tree_node_expanded(self, event: Tree.NodeExpanded[Node]) -> None:
        """Make the children of a part that was unfolded."""
        self._fill(event.node)

    def action_cursor_left(self) -> None:
        """Fold the part, or go to the one above it."""
        node = self.cursor_node
        if node is not None and node.is_expanded and node is not self.root:
            node.collapse()
        elif node is not None and node.parent is not None:
            self.move_cursor(node.parent)

    def action_cursor_right(self) -> None:
        """Unfold the part, or go to its first child."""
        node = self.cursor_node
        if node is not None and node.allow_expand and not node.is_expanded:
            node.expand()
        elif node is not None and node.children:
            self.move_cursor(node.children[0])

    def action_first(self) -> None:
        """To the library itself."""
        self.move_cursor(self.root)

    def action_last(self) -> None:
        """To the last line."""
        self.cursor_line = self.last_line

    def render_label(self, node: TreeNode[Node], base_style: Style, style: Style) -> Text:
        """A line of the tree: the name, and the numbers right-aligned in their columns."""
        data = node.data
        if data is None:
            return Text("")
        depth, above = 0, node.parent
        while above is not None:
            depth, above = depth + 1, above.parent
        mark = "▼ " if node.is_expanded else "▶ " if node.allow_expand else "  "
        room = max(6, self.size.width - depth * self.guide_depth - _COLUMNS - 2 - 1)
        name = one_line(data.code or "library", room)
        line = Text(mark, style=base_style, no_wrap=True)
        line.append(name, style=style)
        line.pad_right(max(0, room - line.cell_len + 2))
        filled = round(data.mastery / 25)
        line.append(" " + "▓" * filled + "░" * (_MARK - filled), style="dim")
        due, new = (str(data.due or "·"), str(data.new or "·"))
        line.append(f"{due:>6}", style="bold" if data.due else "dim")
        line.append(f"{new:>6}", style="" if data.new else "dim")
        return line
