package edit

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/show"
)

// maxMenu is how many ways are shown at once.
const maxMenu = 6

// View draws the text, cut to the screen around the cursor, and below it what may stand there.
func (e *editor) View() tea.View {
	rows, cursor := e.rows()
	var below []string
	if e.outcome == editing {
		below = e.below()
	}
	room := max(1, e.height-len(below)-1)
	top := 0
	if len(rows) > room {
		top = min(max(0, cursor.Y-room/2), len(rows)-room)
		rows = rows[top : top+room]
	}
	if e.outcome != editing { // what is written next begins below: an empty row is taken away with the program
		return tea.NewView(strings.Join(rows, "\n") + "\n")
	}
	v := tea.NewView(strings.Join(append(rows, below...), "\n"))
	v.Cursor = tea.NewCursor(cursor.X, cursor.Y-top)
	v.Cursor.Blink = false
	return v
}

// rows are the text as rows of the screen, and the place of the cursor in them.
func (e *editor) rows() (rows []string, cursor tea.Position) {
	text := e.area.Value()
	colored := text
	if e.Highlight != nil {
		colored = e.Highlight(text)
	}
	prompt, more := e.Prompt, e.More
	if e.searching {
		text, colored, prompt = e.searched()
	}
	plain, painted := strings.Split(text, "\n"), strings.Split(colored, "\n")
	row, col := e.area.Line(), e.area.Column()
	if e.searching {
		row, col = len(plain)-1, len([]rune(plain[len(plain)-1]))
	}
	for i, line := range plain {
		lead := more
		if i == 0 {
			lead = prompt
		}
		indent := ansi.StringWidth(lead)
		starts := wrap(line, max(4, e.width-indent-1))
		if i == row {
			before := ansi.StringWidth(string([]rune(line)[:min(col, len([]rune(line)))]))
			n := len(starts) - 1
			for n > 0 && starts[n] > before {
				n--
			}
			cursor = tea.Position{X: indent + before - starts[n], Y: len(rows) + n}
		}
		width := ansi.StringWidth(line)
		for n, start := range starts {
			end := width
			if n+1 < len(starts) {
				end = starts[n+1]
			}
			piece := painted[i]
			if len(starts) > 1 {
				piece = ansi.Cut(piece, start, end)
			}
			if n > 0 {
				lead = strings.Repeat(" ", indent)
			}
			rows = append(rows, lead+piece)
		}
	}
	if ghost := e.ghost(); ghost != "" && !e.searching && e.outcome == editing {
		last := len(rows) - 1
		rows[last] += e.Dim(ansi.Truncate(ghost, max(0, e.width-1-ansi.StringWidth(rows[last])), ""))
	}
	return rows, cursor
}

// wrap cuts a line into rows of a width: the cells at which they begin.
func wrap(line string, width int) []int {
	starts := []int{0}
	at, cells := 0, 0
	for len(line) > 0 {
		cluster, w := ansi.FirstGraphemeCluster(line, ansi.GraphemeWidth)
		if cluster == "" {
			break
		}
		line = line[len(cluster):]
		if cells+w > width {
			starts = append(starts, at)
			cells = 0
		}
		at, cells = at+w, cells+w
	}
	return starts
}

// searched is what the search has found, with the mark before it.
func (e *editor) searched() (text, colored, prompt string) {
	prompt = fmt.Sprintf("search %q> ", e.query)
	if e.found >= 0 {
		text = show.VisibleLines(e.History.At(e.found)) // the file may hold what could not be typed
	} else if e.query != "" {
		prompt = fmt.Sprintf("search %q: nothing> ", e.query)
	}
	colored = text
	if e.Highlight != nil {
		colored = e.Highlight(text)
	}
	return text, colored, prompt
}

// below are the rows under the text: how a call is made, and what may stand at the cursor.
func (e *editor) below() []string {
	var rows []string
	fit := func(s string) string { return ansi.Truncate(s, e.width-1, "…") }
	if e.menu.Hint != "" && e.height > 6 {
		rows = append(rows, e.Dim(fit("  "+e.menu.Hint)))
	}
	if !e.open {
		return rows
	}
	list := e.menu.List
	shown := min(len(list), maxMenu, max(1, e.height-4))
	top := min(max(0, e.chosen-shown/2), len(list)-shown)
	names := 0
	for _, c := range list[top : top+shown] {
		names = max(names, ansi.StringWidth(c.Show))
	}
	names = min(names, max(12, e.width/2))
	for i, c := range list[top : top+shown] {
		name := ansi.Truncate(c.Show, names, "…")
		name += strings.Repeat(" ", names-ansi.StringWidth(name))
		doc := ansi.Truncate(c.Doc, max(0, e.width-names-6), "…")
		if top+i == e.chosen {
			rows = append(rows, e.Mark("> "+name)+"  "+e.Dim(doc))
		} else {
			rows = append(rows, "  "+name+"  "+e.Dim(doc))
		}
	}
	if more := len(list) - shown; more > 0 {
		rows = append(rows, e.Dim(fmt.Sprintf("  %d more", more)))
	}
	return rows
}
