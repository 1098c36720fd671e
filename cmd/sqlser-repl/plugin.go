package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/schema"
)

// isFolder reports whether -o names a folder for a file each query: it ends so.
func isFolder(path string) bool {
	return strings.HasSuffix(path, "/") || strings.HasSuffix(path, string(filepath.Separator))
}

// loadPlugin loads the plugin of a file, which may require files beside it and below.
func loadPlugin(ctx context.Context, rt *luabind.Runtime, file string) (*luabind.Plugin, error) {
	root, err := os.OpenRoot(filepath.Dir(file))
	if err != nil {
		return nil, usagef("cannot read %s: %s", file, reasonOf(err))
	}
	defer root.Close()
	return rt.LoadPlugin(ctx, root.FS(), filepath.Base(file))
}

// pluginQuery is the query of plugin.lua#name.
func pluginQuery(ctx context.Context, rt *luabind.Runtime, file, name string) (*luabind.PluginQuery, error) {
	p, err := loadPlugin(ctx, rt, file)
	if err != nil {
		return nil, err
	}
	q := p.Queries[name]
	if q == nil {
		keys := slices.Sorted(maps.Keys(p.Queries))
		return nil, usagef("%s has no query %q%s; it has %s", file, name, schema.DidYouMean(name, keys), strings.Join(keys, " "))
	}
	return q, nil
}

// dumpPlugin writes the bytes of a plugin's queries, a file for each, and its bundle.
func (a *app) dumpPlugin(ctx context.Context, words []string) error {
	s, d, err := a.openFor(ctx, "dump", words)
	if err != nil {
		return err
	}
	defer d.Close()
	if s.lua == "" || s.query != "" || !strings.HasSuffix(s.name, ".lua") {
		return usagef("dump: -o %s is for a plugin: say plugin.lua", a.opts.output)
	}
	rt, err := a.runtime(d, nil, a.stderr)
	if err != nil {
		return err
	}
	p, err := loadPlugin(ctx, rt, s.name)
	if err != nil {
		return err
	}
	bundle, err := p.Bundle().Bytes()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(a.opts.output, 0o777); err != nil {
		return fmt.Errorf("cannot write %s: %s", a.opts.output, reasonOf(err))
	}
	write := func(name string, b []byte) error {
		out, err := createOutput(filepath.Join(a.opts.output, name))
		if err != nil {
			return err
		}
		_, err = out.Write(b)
		return out.finish(err)
	}
	for _, key := range slices.Sorted(maps.Keys(p.Queries)) {
		if err := write(key+".sqb", p.Queries[key].Bytes); err != nil {
			return err
		}
	}
	return write("bundle.json", bundle)
}
