package main

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/schema"
)

// config is what the configuration file says: a Lua file that returns a table. The flags win
// over it, and the environment over its db.
type config struct {
	db     string
	format string
	limit  *int
	timing bool
	pager  *string // a command; "" for none
	editor string
	color  *bool
}

// configFile is the file's place, or "" where there is none: SQLSER_CONFIG names it, else it is
// sqlser/repl.lua in the user's configuration folder. -no-config leaves it out.
func (a *app) configFile() string {
	if a.opts.noConfig {
		return ""
	}
	if path, ok := a.env("SQLSER_CONFIG"); ok {
		return path
	}
	path := a.userFile("XDG_CONFIG_HOME", ".config", "repl.lua")
	if _, err := os.Stat(path); err != nil { // none, or in a folder that is another's
		return ""
	}
	return path
}

// userFile is a file in one of the user's folders as the XDG base directory specification has
// them, or "" where the user has no home.
func (a *app) userFile(variable, below, name string) string {
	if dir, _ := a.env(variable); filepath.IsAbs(dir) {
		return filepath.Join(dir, "sqlser", name)
	}
	if home, _ := a.env("HOME"); home != "" {
		return filepath.Join(home, below, "sqlser", name)
	}
	return ""
}

// configKeys are what a configuration may say.
var configKeys = map[string]func(c *config, v any) (expected string){
	"db":     func(c *config, v any) string { return setText(&c.db, v) },
	"editor": func(c *config, v any) string { return setText(&c.editor, v) },
	"pager":  func(c *config, v any) string { c.pager = new(string); return setText(c.pager, v) },
	"timing": func(c *config, v any) string { return setBool(&c.timing, v) },
	"color":  func(c *config, v any) string { c.color = new(bool); return setBool(c.color, v) },
	"format": func(c *config, v any) string {
		if setText(&c.format, v) != "" || !slices.Contains(formats(), c.format) {
			return "one of " + strings.Join(formats(), ", ")
		}
		return ""
	},
	"limit": func(c *config, v any) string {
		n, ok := v.(float64)
		if !ok || n < 0 || n != float64(int(n)) {
			return "a number of rows"
		}
		c.limit = new(int)
		*c.limit = int(n)
		return ""
	},
}

func setText(to *string, v any) (expected string) {
	s, ok := v.(string)
	if !ok {
		return "a string"
	}
	*to = s
	return ""
}

func setBool(to *bool, v any) (expected string) {
	b, ok := v.(bool)
	if !ok {
		return "true or false"
	}
	*to = b
	return ""
}

// readConfig reads the configuration file, if there is one.
func (a *app) readConfig(ctx context.Context) error {
	path := a.configFile()
	if path == "" {
		return nil
	}
	b, err := readFile(path)
	if err != nil {
		return usagef("cannot read %s: %s", path, reasonOf(err))
	}
	meta := schema.NewMetaData()
	if err := meta.Freeze(); err != nil {
		return err
	}
	rt, err := luabind.New(meta, a.printing(a.stderr))
	if err != nil {
		return err
	}
	values, err := rt.Run(ctx, path, string(b))
	if err != nil {
		return &usageError{err.Error()}
	}
	var said map[string]any
	if len(values) == 1 {
		said, _ = values[0].(map[string]any)
		if list, ok := values[0].([]any); ok && len(list) == 0 {
			said = map[string]any{}
		}
	}
	if said == nil {
		return usagef("%s: expected a script that returns a table with names, such as return { limit = 100 }", path)
	}
	keys := slices.Sorted(maps.Keys(configKeys))
	for _, name := range slices.Sorted(maps.Keys(said)) {
		set := configKeys[name]
		if set == nil {
			return usagef("%s: there is no setting %q%s; there are %s", path, name, schema.DidYouMean(name, keys), strings.Join(keys, ", "))
		}
		if expected := set(&a.config, said[name]); expected != "" {
			return usagef("%s: %s: expected %s, got %s", path, name, expected, whatIs(said[name]))
		}
	}
	return nil
}
