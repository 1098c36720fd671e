//go:build unix

package main

import (
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
)

// The size of a cell in pictures, and of what is around them.
const cellWidth, cellHeight, margin = 8.4, 18, 14

// colorsOf are the colors of SGR parameters, on a dark ground.
var colorsOf = map[string]string{"31": "#f07178", "32": "#c3e88d", "33": "#ffcb6b", "34": "#82aaff", "35": "#c792ea", "36": "#89ddff"}

var fillOf = regexp.MustCompile(` fill="[^"]*"`)

// svg draws a screen, as tmux captures it with its colors.
func svg(screen string) string {
	lines := strings.Split(strings.TrimRight(screen, "\n"), "\n")
	width := 0
	var b strings.Builder
	style := "" // which goes on over the end of a line
	for i, line := range lines {
		width = max(width, ansi.StringWidth(line))
		column := 0
		for line != "" {
			if rest, ok := strings.CutPrefix(line, "\x1b["); ok {
				codes, after, _ := strings.Cut(rest, "m")
				style, line = styled(style, codes), after
				continue
			}
			text := line
			if at := strings.IndexByte(line, '\x1b'); at >= 0 {
				text = line[:at]
			}
			line = line[len(text):]
			if strings.TrimSpace(text) != "" { // its place and width are said: fonts differ
				w := ansi.StringWidth(text)
				fmt.Fprintf(&b, `<text x="%.1f" y="%d" textLength="%.1f" lengthAdjust="spacingAndGlyphs"%s>%s</text>`+"\n",
					margin+float64(column)*cellWidth, margin+i*cellHeight+13, float64(w)*cellWidth, style, html.EscapeString(text))
			}
			column += ansi.StringWidth(text)
		}
	}
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%d" font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="#d6deeb" xml:space="preserve">
<rect width="100%%" height="100%%" rx="8" fill="#1b2130"/>
%s</svg>
`, float64(width)*cellWidth+2*margin, len(lines)*cellHeight+2*margin, b.String())
}

// styled is a style after SGR parameters.
func styled(style, codes string) string {
	for _, code := range strings.Split(codes, ";") {
		switch {
		case code == "" || code == "0":
			style = ""
		case code == "1":
			style += ` font-weight="bold"`
		case code == "2":
			style += ` fill-opacity="0.55"`
		case code == "39":
			style = fillOf.ReplaceAllString(style, "")
		case colorsOf[code] != "":
			style = fillOf.ReplaceAllString(style, "") + fmt.Sprintf(` fill="%s"`, colorsOf[code])
		}
	}
	return style
}

// TestPictures draws the pictures of the README from the real thing: UPDATE_SCREENS writes them, else they
// must be what the program shows today.
func TestPictures(t *testing.T) {
	t.Parallel()
	var w *window
	picture := func(name string) {
		t.Helper()
		file := filepath.Join("testdata", "pictures", name+".svg")
		w.golden("picture-" + name) // it is whole
		drawn := svg(w.tmux("capture-pane", "-p", "-e"))
		if updateScreens {
			require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o777))
			require.NoError(t, os.WriteFile(file, []byte(drawn), 0o666))
		}
		want, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, string(want), drawn)
	}
	w = openWindow(t, 92, 44, []string{"TERM=tmux-256color"})
	w.line("c, o = db.customers, db.orders")
	// Pasted: Alt-Enter is two bytes, which a busy machine may tear apart. What is typed before is on the screen
	// when the terminal has been told to mark what is pasted.
	w.text("sql")
	w.expect(promptNew + "sql\n")
	w.tmux("set-buffer", ".select(c.last_name, sql.fn.sum(o.total):label \"spent\"):join(o)\n"+
		"  :where(c.country_code == \"FR\"):group_by(c.id, c.last_name)\n  :order_by(sql.desc \"spent\"):limit(5)")
	w.tmux("paste-buffer", "-p")
	w.expect("limit(5)")
	w.enter()
	w.line(".chart bar")
	w.text(":off")
	picture("prompt")

	w = openWindowNamed(t, "kept", 92, 66, []string{"TERM=tmux-256color"})
	for _, line := range []string{
		"c = db.customers", `q = sql.select(c.last_name, c.city):where(c.country_code == "FR"):limit(3)`, ".dump q french.sqb",
		".rename customers.city town", ".check french.sqb", ".repair french.sqb", ".load french.sqb", ".bytes db.customers.town",
	} {
		w.line(line)
	}
	picture("kept")
}
