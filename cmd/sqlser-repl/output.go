package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// output is where data goes: standard output, or the file of -o. It buffers, and
// is safe for concurrent use, since work that has been given up may still write.
type output struct {
	mu   sync.Mutex
	buf  *bufio.Writer
	last time.Time // of the last flush

	file *os.File // of -o, under its temporary name; else nil
	path string   // what it is to be called
	done bool
}

// flushAfter is how long rows that come slowly are held back.
const flushAfter = 200 * time.Millisecond

func stdoutTo(w io.Writer) *output {
	return &output{buf: bufio.NewWriterSize(w, 64<<10), last: time.Now()}
}

// createOutput begins a file that appears only when it is complete. What is no
// regular file, such as /dev/null or a named pipe, is written as it is.
func createOutput(path string) (*output, error) {
	if err := checkOutput(path); err != nil {
		return nil, err
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	mode := os.FileMode(0o666)
	switch info, err := os.Stat(path); {
	case err == nil && !info.Mode().IsRegular():
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return nil, fmt.Errorf("cannot write %s: %s", path, reasonOf(err))
		}
		return stdoutTo(f), nil
	case err == nil:
		mode = info.Mode().Perm()
	}
	for i := range 100 {
		temporary := fmt.Sprintf("%s.%d.%d.tmp", path, os.Getpid(), i)
		f, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
		if errors.Is(err, os.ErrExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("cannot write %s: %s", path, reasonOf(err))
		}
		o := stdoutTo(f)
		o.file, o.path = f, path
		return o, nil
	}
	return nil, fmt.Errorf("cannot write %s: too many unfinished files beside it", path)
}

// Write adds to the output; small pieces may wait a little.
func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.done {
		return 0, os.ErrClosed
	}
	n, err := o.buf.Write(b)
	if err == nil && o.file == nil && time.Since(o.last) > flushAfter {
		err = o.flush()
	}
	return n, err
}

func (o *output) flush() error {
	o.last = time.Now()
	return o.buf.Flush()
}

// Flush writes what has waited.
func (o *output) Flush() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.done {
		return os.ErrClosed
	}
	return o.flush()
}

// checkOutput refuses a file that cannot be made, before there is anything to write.
func checkOutput(path string) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return usagef("cannot write %s: it is a folder", path)
	}
	if _, err := os.Stat(filepath.Dir(path)); err != nil {
		return fmt.Errorf("cannot write %s: %s", path, reasonOf(err))
	}
	return nil
}

// finish ends the output. After an error a file of -o is taken away; what has
// been written to standard output stays.
func (o *output) finish(failed error) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.done {
		return nil
	}
	o.done = true
	err := o.buf.Flush()
	if o.file == nil {
		return err
	}
	if closeErr := o.file.Close(); err == nil {
		err = closeErr
	}
	if err == nil && failed == nil {
		err = os.Rename(o.file.Name(), o.path)
	}
	if err != nil || failed != nil {
		_ = os.Remove(o.file.Name()) // the error that counts is the first
	}
	if err != nil {
		return fmt.Errorf("cannot write %s: %s", o.path, reasonOf(err))
	}
	return nil
}
