package edit

import (
	"unicode"
	"unicode/utf8"
)

// isWord reports whether a rune is of a word: what is between words are spaces and marks.
func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// wordBefore is where the word begins that a byte of the text is in or behind.
func wordBefore(text string, at int) int {
	for _, inside := range []bool{false, true} {
		for at > 0 {
			r, size := utf8.DecodeLastRuneInString(text[:at])
			if isWord(r) != inside {
				break
			}
			at -= size
		}
	}
	return at
}

// wordAfter is where the word ends that a byte of the text is in or before.
func wordAfter(text string, at int) int {
	for _, inside := range []bool{false, true} {
		for at < len(text) {
			r, size := utf8.DecodeRuneInString(text[at:])
			if isWord(r) != inside {
				break
			}
			at += size
		}
	}
	return at
}

// word moves the cursor by a word, or takes the text between away.
func (e *editor) word(name string) {
	text, at := e.area.Value(), e.cursor()
	from, to := at, at
	switch name {
	case "alt+left", "ctrl+left", "alt+b":
		e.set(text, wordBefore(text, at))
	case "alt+right", "ctrl+right", "alt+f":
		e.set(text, wordAfter(text, at))
	case "alt+backspace", "ctrl+backspace":
		from = wordBefore(text, at)
	default:
		to = wordAfter(text, at)
	}
	if from < to {
		e.save(false)
		e.set(text[:from]+text[to:], from)
	}
	e.typing = false
	e.close()
}
