package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// saved is a file of a saved query, or what there is in its place.
type saved struct {
	name string // as it was found
	path string // below the folder that was named; the file's name where it was named itself
	*source
	err error // it cannot be read
}

// savedExt is what the files of saved queries are called in folders.
const savedExt = ".sqb"

// eachSaved calls f for each query that is meant: by -e, by a file, or by a folder
// and what is below it. Of folders, files are taken that are called *.sqb; links to
// folders are not followed. It returns how many files were left out. Only one file
// is in memory, and the names of one folder.
func (a *app) eachSaved(ctx context.Context, command string, words []string, f func(saved) error) (others int, err error) {
	if a.opts.chunk != nil {
		words = slices.Insert(slices.Clone(words), 0, chunkWord)
	}
	if len(words) == 0 {
		return 0, usagef("%s: which queries? Name files or folders, say -e 'return ...', or - for standard input", command)
	}
	for _, word := range words {
		if err := ctx.Err(); err != nil {
			return others, err
		}
		if info, statErr := os.Stat(word); statErr == nil && info.IsDir() {
			n, err := a.eachIn(ctx, word, f)
			if others += n; err != nil {
				return others, err
			}
			continue
		}
		s, err := a.readSource(word)
		one := saved{name: word, path: filepath.Base(word), source: s, err: err}
		if s != nil {
			one.name = s.name
		}
		if err := f(one); err != nil {
			return others, err
		}
	}
	return others, nil
}

// eachIn is eachSaved of a folder.
func (a *app) eachIn(ctx context.Context, folder string, f func(saved) error) (others int, err error) {
	return others, filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		if stop := ctx.Err(); stop != nil {
			return stop
		}
		path, relErr := filepath.Rel(folder, name)
		if relErr != nil {
			path = name
		}
		switch {
		case err != nil: // a folder that cannot be read; what is beside it can
			return f(saved{name: name, path: path, err: usagef("cannot read %s: %s", name, reasonOf(err))})
		case entry.IsDir():
			return nil
		case filepath.Ext(name) != savedExt || !isRegular(name, entry):
			others++
			return nil
		}
		s, err := a.readSource(name)
		return f(saved{name: name, path: path, source: s, err: err})
	})
}

// isRegular keeps what may never end, or is a folder, from being read.
func isRegular(name string, entry fs.DirEntry) bool {
	mode := entry.Type()
	if mode&fs.ModeSymlink != 0 {
		info, err := os.Stat(name)
		if err != nil {
			return !errors.Is(err, fs.ErrNotExist) // the reading says what is wrong
		}
		mode = info.Mode().Type()
	}
	return mode.IsRegular()
}
