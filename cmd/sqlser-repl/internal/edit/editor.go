package edit

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/textarea"
	tea "charm.land/bubbletea/v2"

	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/complete"
	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/show"
)

// Options say how an editor looks and what it knows. All functions may be nil.
type Options struct {
	Prompt, More string                   // before the first line, and before the others
	Highlight    func(text string) string // adds colors
	Dim, Mark    func(text string) string // likewise, for what is beside the text, and for what is chosen
	Whole        func(text string) bool   // whether Enter ends it
	Complete     func(text string, cursor int) complete.Result
	History      *History
}

// outcome is how an editor ended.
type outcome uint8

const (
	editing outcome = iota
	entered
	givenUp // Ctrl-C
	left    // Ctrl-D
)

// maxLines is how many lines a textarea has: it drops what is more.
const maxLines = 10_000

// snapshot is a state that undo returns to.
type snapshot struct {
	text     string
	row, col int
}

// editor is the model of one chunk that is typed: a tea.Model.
type editor struct {
	Options
	area          textarea.Model
	width, height int
	outcome       outcome

	menu     complete.Result // what may stand at the cursor
	chosen   int             // of the menu; -1 for none
	open     bool            // the menu is shown
	byTab    bool            // it was asked for: one way only is taken at once
	recalled int             // the place in the history, from 1; 0 for what is typed
	draft    string          // what was typed before

	searching bool
	query     string
	found     int // in the history; -1 for nothing

	undo, redo []snapshot
	typing     bool // the last change was a letter: more of them are undone together

	submitted func(last bool) // is told that Enter, Ctrl-C or Ctrl-D was seen, and whether it ended the text
}

func newEditor(o Options) *editor {
	if o.History == nil {
		o.History = &History{}
	}
	if o.Dim == nil {
		o.Dim = func(s string) string { return s }
	}
	if o.Mark == nil {
		o.Mark = func(s string) string { return s }
	}
	e := &editor{Options: o, area: textarea.New(), width: 80, height: 24, chosen: -1, found: -1}
	e.area.MaxHeight, e.area.MaxWidth, e.area.CharLimit = 0, 0, 0
	e.area.ShowLineNumbers, e.area.Prompt, e.area.Placeholder = false, "", ""
	keys := textarea.DefaultKeyMap()
	// What is drawn is not the textarea's own view: it knows no selection.
	keys.SelectAll.SetEnabled(false)
	keys.SelectCharacterForward.SetEnabled(false)
	keys.SelectCharacterBackward.SetEnabled(false)
	keys.SelectWordForward.SetEnabled(false)
	keys.SelectWordBackward.SetEnabled(false)
	keys.SelectLineUp.SetEnabled(false)
	keys.SelectLineDown.SetEnabled(false)
	keys.CopySelection.SetEnabled(false)
	keys.Paste.SetEnabled(false) // terminals paste by themselves
	e.area.KeyMap = keys
	e.area.SetVirtualCursor(false)
	e.resize(e.width, e.height)
	e.area.Focus()
	return e
}

func (e *editor) resize(width, height int) {
	e.width, e.height = max(width, 20), max(height, 3)
	e.area.SetWidth(e.width)
	e.area.SetHeight(1)
}

// Init does nothing: there is nothing to wait for.
func (e *editor) Init() tea.Cmd { return nil }

// Update takes a key, a paste or a new size.
func (e *editor) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		e.resize(msg.Width, msg.Height)
	case tea.PasteMsg:
		e.save(false)
		text := strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", "    ").Replace(msg.Content)
		e.close()
		if e.area.LineCount()+strings.Count(text, "\n") > maxLines {
			e.menu.Hint = fmt.Sprintf("not pasted: it would be more than %d lines; .read takes a file", maxLines)
			return e, nil
		}
		e.area, _ = e.area.Update(tea.PasteMsg{Content: text})
	case tea.KeyPressMsg:
		return e, e.key(msg)
	}
	return e, nil
}

func (e *editor) key(msg tea.KeyPressMsg) tea.Cmd {
	name := msg.Keystroke()
	if e.searching {
		return e.search(msg, name)
	}
	switch name {
	case "enter", "ctrl+j":
		return e.enter()
	case "alt+enter", "shift+enter", "ctrl+alt+j":
		e.newline()
		e.seen(false)
	case "ctrl+c":
		e.seen(true)
		return e.end(givenUp)
	case "ctrl+d":
		empty := e.area.Value() == ""
		e.seen(empty)
		if empty {
			return e.end(left)
		}
		e.edit(msg)
	case "ctrl+l":
		return tea.Sequence(tea.Raw("\x1b[H\x1b[2J"), tea.ClearScreen) // of the screen above it knows nothing
	case "tab":
		e.tab(1)
	case "shift+tab":
		e.tab(-1)
	case "esc":
		e.close()
	case "up", "ctrl+p":
		e.vertical(msg, name, -1)
	case "down", "ctrl+n":
		e.vertical(msg, name, 1)
	case "ctrl+r":
		e.searching, e.query, e.found = true, "", -1
		e.close()
	case "ctrl+_", "ctrl+/", "ctrl+z":
		e.back(&e.undo, &e.redo)
	case "ctrl+y":
		e.back(&e.redo, &e.undo)
	case "alt+left", "ctrl+left", "alt+b", "alt+right", "ctrl+right", "alt+f", "alt+backspace", "ctrl+backspace", "alt+delete", "alt+d", "ctrl+delete":
		e.word(name)
	case "right", "ctrl+f", "end", "ctrl+e":
		if ghost := e.ghost(); ghost != "" {
			e.save(false)
			e.set(e.area.Value()+ghost, -1)
			return nil
		}
		e.edit(msg)
	default:
		e.edit(msg)
	}
	return nil
}

// edit lets the text take a key, and looks for what may stand there then.
func (e *editor) edit(msg tea.KeyPressMsg) {
	before := e.state()
	letter := msg.Text != ""
	text := msg.Text
	if letter && strings.HasPrefix(e.area.Value(), ".") && text == "\t" {
		msg.Text = " "
	}
	e.area, _ = e.area.Update(msg)
	if now := e.state(); now.text != before.text {
		if !letter || !e.typing || strings.TrimSpace(text) == "" {
			e.undo = append(e.undo, before)
		}
		e.redo, e.typing = nil, letter
		e.suggest(letter)
		return
	}
	e.typing = false
	e.close()
}

// suggest opens the menu as one types, where it says something.
func (e *editor) suggest(letter bool) {
	e.close()
	if e.Complete == nil || !letter && !e.byTab {
		return
	}
	text, cursor := e.area.Value(), e.cursor()
	e.menu = e.Complete(text, cursor)
	word := text[e.menu.Start:e.menu.End]
	e.open = len(e.menu.List) > 0 && (word != "" || strings.HasSuffix(text[:cursor], ".") || strings.HasSuffix(text[:cursor], ":")) &&
		!(len(e.menu.List) == 1 && e.menu.List[0].Text == word)
}

func (e *editor) close() {
	e.menu, e.open, e.chosen, e.byTab = complete.Result{}, false, -1, false
}

// tab completes: what is common to all ways, the only one, or one after the other.
func (e *editor) tab(step int) {
	text, cursor := e.area.Value(), e.cursor()
	if e.open && e.byTab {
		n := len(e.menu.List)
		e.chosen = (e.chosen + step + n) % n
		if e.chosen < 0 {
			e.chosen = n - 1
		}
		return
	}
	if line := text[strings.LastIndexByte(text[:cursor], '\n')+1 : cursor]; strings.TrimSpace(line) == "" && text != "" || e.Complete == nil {
		e.save(false)
		e.area.InsertString("  ")
		return
	}
	e.menu = e.Complete(text, cursor)
	e.chosen = -1
	if len(e.menu.List) == 0 {
		e.open = false
		return
	}
	if common := e.menu.Common(); len(common) > e.menu.End-e.menu.Start || len(e.menu.List) == 1 {
		e.take(common)
		if len(e.menu.List) == 1 {
			e.close()
			return
		}
		e.menu = e.Complete(e.area.Value(), e.cursor())
	}
	e.open, e.byTab = len(e.menu.List) > 0, true
	if e.open {
		e.chosen = 0
	}
}

// take puts a text in the place of the word at the cursor.
func (e *editor) take(s string) {
	e.save(false)
	text := e.area.Value()
	e.set(text[:e.menu.Start]+s+text[e.menu.End:], e.menu.Start+len(s))
}

// enter takes what is chosen, ends a text that is whole, or begins a new line.
func (e *editor) enter() tea.Cmd {
	if e.open && e.chosen >= 0 {
		e.take(e.menu.List[e.chosen].Text)
		e.close()
		e.seen(false)
		return nil
	}
	text := e.area.Value()
	if e.Whole == nil || e.Whole(text) {
		e.seen(true)
		return e.end(entered)
	}
	e.newline()
	e.seen(false)
	return nil
}

func (e *editor) seen(last bool) {
	if e.submitted != nil {
		e.submitted(last)
	}
}

// newline begins a line that is indented as the one before it.
func (e *editor) newline() {
	e.save(false)
	text, cursor := e.area.Value(), e.cursor()
	line := text[strings.LastIndexByte(text[:cursor], '\n')+1 : cursor]
	e.area.InsertString("\n" + line[:len(line)-len(strings.TrimLeft(line, " "))])
	e.close()
}

func (e *editor) end(how outcome) tea.Cmd {
	e.outcome = how
	e.close()
	e.area.MoveToEnd()
	return tea.Quit
}

// vertical moves in the menu, in the text or, beyond its ends, in the history.
func (e *editor) vertical(msg tea.KeyPressMsg, name string, step int) {
	if e.open && e.byTab {
		e.tab(step)
		return
	}
	row, last := e.area.Line(), e.area.LineCount()-1
	inside := step < 0 && row > 0 || step > 0 && row < last
	if inside && (name == "up" || name == "down") {
		e.edit(msg)
		return
	}
	place := e.recalled - step
	if place < 0 || place > e.History.Len() {
		return
	}
	if e.recalled == 0 {
		e.draft = e.area.Value()
	}
	text := e.draft
	if place > 0 {
		text = e.History.At(place - 1)
	}
	e.save(false)
	e.set(text, -1)
	e.recalled = place
	e.close()
}

// search looks for what is typed in the history, into the past.
func (e *editor) search(msg tea.KeyPressMsg, name string) tea.Cmd {
	if name == "enter" || name == "ctrl+j" || name == "ctrl+c" || name == "ctrl+d" {
		e.seen(false)
	}
	switch name {
	case "ctrl+r":
		if next := e.History.Find(e.query, e.found+1); next >= 0 {
			e.found = next
		}
	case "ctrl+c", "ctrl+g", "esc":
		e.searching = false
	case "backspace", "ctrl+h":
		if r := []rune(e.query); len(r) > 0 {
			e.query = string(r[:len(r)-1])
		}
		e.found = e.History.Find(e.query, 0)
	case "enter", "ctrl+j", "tab", "right", "left", "up", "down", "home", "end", "ctrl+a", "ctrl+e":
		e.searching = false
		if e.found >= 0 {
			e.save(false)
			text, at := e.History.At(e.found), -1
			switch name {
			case "left", "right", "tab": // where it was found, if no letter is longer in small
				if lower := strings.ToLower(text); len(lower) == len(text) {
					at = strings.Index(lower, strings.ToLower(e.query))
				}
			case "home", "ctrl+a":
				at = 0
			}
			e.set(text, at)
			e.recalled = e.found + 1
		}
	default:
		if msg.Text != "" {
			e.query += msg.Text
			e.found = e.History.Find(e.query, max(e.found, 0))
		}
	}
	return nil
}

// ghost is what the history would go on with, at the end of the text.
func (e *editor) ghost() string {
	text := e.area.Value()
	if e.cursor() != len(text) || strings.Contains(text, "\n") || e.open && e.byTab {
		return ""
	}
	whole := e.History.Suggest(text)
	if whole == "" {
		return ""
	}
	rest, _, _ := strings.Cut(whole[len(text):], "\n")
	return show.VisibleLines(rest)
}

// state is the text and where the cursor is.
func (e *editor) state() snapshot {
	return snapshot{e.area.Value(), e.area.Line(), e.area.Column()}
}

// save keeps the state for undo.
func (e *editor) save(typing bool) {
	if e.undo = append(e.undo, e.state()); len(e.undo) > 1000 {
		e.undo = e.undo[1:]
	}
	e.redo, e.typing = nil, typing
}

// back goes to the last state of one list, and keeps this one in the other.
func (e *editor) back(from, to *[]snapshot) {
	n := len(*from)
	if n == 0 {
		return
	}
	*to = append(*to, e.state())
	s := (*from)[n-1]
	*from = (*from)[:n-1]
	e.area.SetValue(s.text)
	e.place(s.row, s.col)
	e.typing = false
	e.close()
}

// set makes the text another, with the cursor at a byte of it, or at its end.
func (e *editor) set(text string, cursor int) {
	e.area.SetValue(text)
	if cursor >= 0 {
		before := text[:cursor]
		line := before[strings.LastIndexByte(before, '\n')+1:]
		e.place(strings.Count(before, "\n"), len([]rune(line)))
	}
}

func (e *editor) place(row, col int) {
	for e.area.Line() > row {
		at := e.area.Line()
		e.area.CursorStart()
		if e.area.CursorUp(); e.area.Line() == at && at == 0 {
			break
		}
	}
	e.area.SetCursorColumn(col)
}

// cursor is the byte of the text that the cursor is before.
func (e *editor) cursor() int {
	text, row := e.area.Value(), e.area.Line()
	at := 0
	for range row {
		at += strings.IndexByte(text[at:], '\n') + 1
	}
	line := text[at:]
	if i := strings.IndexByte(line, '\n'); i >= 0 {
		line = line[:i]
	}
	for i, r := 0, []rune(line); i < e.area.Column() && i < len(r); i++ {
		at += len(string(r[i]))
	}
	return at
}
