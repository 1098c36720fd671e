// Package edit reads chunks of several lines from a terminal: with editing, history, search, colors
// and completion. It is the only one that knows the terminal library.
package edit

import (
	"bufio"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// maxHistory is how many chunks are remembered; a file has at most twice as many.
const maxHistory = 1000

// maxEntry is how long a chunk may be that is remembered.
const maxEntry = 1 << 20

// History is what was typed: for the arrow keys, the search, and the next run.
type History struct {
	list []string
	path string // of the file, or ""
}

// OpenHistory reads the history of a file, which has a JSON string a line. Without a file, or where it
// cannot be read, the history ends with the process.
func OpenHistory(path string) *History {
	h := &History{path: path}
	if path == "" {
		return h
	}
	f, err := os.Open(path)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			h.path = ""
		}
		return h
	}
	defer func() { _ = f.Close() }() // it was only read
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 6*maxEntry) // a byte takes at most six
	n := 0
	for ; lines.Scan(); n++ {
		var chunk string
		if json.Unmarshal(lines.Bytes(), &chunk) == nil {
			h.add(chunk)
		}
	}
	if n > 2*maxHistory && lines.Err() == nil {
		h.rewrite()
	}
	return h
}

func (h *History) add(chunk string) bool {
	if strings.TrimSpace(chunk) == "" || len(chunk) > maxEntry || len(h.list) > 0 && h.list[len(h.list)-1] == chunk {
		return false
	}
	if h.list = append(h.list, chunk); len(h.list) > maxHistory {
		h.list = h.list[1:]
	}
	return true
}

// Add remembers a chunk, if it is not empty and not the same again.
func (h *History) Add(chunk string) {
	if !h.add(chunk) || h.path == "" {
		return
	}
	if err := h.append(chunk); err != nil {
		h.path = "" // the history is a convenience: without its file it goes on
	}
}

// append writes to the file, which nobody else may read.
func (h *History) append(chunk string) error {
	if err := os.MkdirAll(filepath.Dir(h.path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(h.path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	line, err := json.Marshal(chunk)
	if err == nil {
		_, err = f.Write(append(line, '\n')) // one write: another prompt may add too
	}
	return errors.Join(err, f.Close())
}

// rewrite drops from the file what is no longer remembered.
func (h *History) rewrite() {
	var b strings.Builder
	for _, chunk := range h.list {
		line, err := json.Marshal(chunk)
		if err != nil {
			return
		}
		b.Write(append(line, '\n'))
	}
	temporary := h.path + ".tmp"
	if os.WriteFile(temporary, []byte(b.String()), 0o600) != nil || os.Rename(temporary, h.path) != nil {
		_ = os.Remove(temporary) // the file is only longer than it need be
	}
}

// Len returns how many chunks there are.
func (h *History) Len() int { return len(h.list) }

// At returns a chunk; 0 is the last.
func (h *History) At(i int) string { return h.list[len(h.list)-1-i] }

// Find returns the place of the first chunk from place i on, into the past, that has the text in
// it, whatever the case; -1 where there is none.
func (h *History) Find(text string, i int) int {
	text = strings.ToLower(text)
	for ; i < h.Len(); i++ {
		if strings.Contains(strings.ToLower(h.At(i)), text) {
			return i
		}
	}
	return -1
}

// Suggest returns the last chunk that goes on from the text, or "".
func (h *History) Suggest(text string) string {
	if strings.TrimSpace(text) == "" {
		return ""
	}
	for i := range h.Len() {
		if chunk := h.At(i); len(chunk) > len(text) && strings.HasPrefix(chunk, text) {
			return chunk
		}
	}
	return ""
}
