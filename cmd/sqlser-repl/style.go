package main

import (
	"io"

	"golang.org/x/term"

	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/show"
)

// style is how the output is drawn: of a terminal its width and, unless the environment or
// the configuration says otherwise, colors. Nothing is drawn into pipes and files.
func (a *app) style() show.Style {
	if !a.outTTY {
		return show.Style{Whole: a.whole}
	}
	st := a.terminalStyle(a.stdout)
	st.Whole = a.whole
	return st
}

// errStyle is the style of what stands on standard error.
func (a *app) errStyle() show.Style {
	if !isTerminal(a.stderr) {
		return show.Style{}
	}
	return a.terminalStyle(a.stderr)
}

// terminalStyle is the style of a terminal.
func (a *app) terminalStyle(of io.Writer) show.Style {
	st := show.Style{Terminal: true, Color: a.colors(), Width: 80, Height: 24}
	if f, ok := of.(interface{ Fd() uintptr }); ok {
		if width, height, err := term.GetSize(int(f.Fd())); err == nil && width > 0 && height > 0 {
			st.Width, st.Height = width, height
		}
	}
	return st
}

// colors reports whether a terminal is given colors. See no-color.org.
func (a *app) colors() bool {
	if no, _ := a.env("NO_COLOR"); no != "" {
		return false
	}
	if a.config.color != nil {
		return *a.config.color
	}
	kind, _ := a.env("TERM")
	return kind != "dumb"
}
