package main

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

// options are what the command line says.
type options struct {
	db         string
	meta       string  // file
	chunk      *string // of -e
	format     string
	output     string
	dialect    string
	timeout    time.Duration
	limit      *int
	params     []param
	policy     string // file
	policyArgs []param
	signing    signing
	readOnly   bool
	severity   serializer.Severity // the least that check counts
	manifest   bool
	update     bool
	quiet      bool
	safe       bool
	noConfig   bool
	version    bool
	help       bool

	given []string // the flags, by name
	words []string // what is no flag
	rest  []string // what stands behind --
}

// flag is a row of the flags.
type flag struct {
	name  string
	value string // what the value is, for the help; "" for a flag without one
	doc   string
	set   func(o *options, v string) error
}

// flags are what may stand anywhere before "--".
var flags = slices.Concat(mainFlags, signingFlags)

var mainFlags = []flag{
	{"db", "DSN", "the database: demo, sqlite:path, postgres://..., mysql://..., or @file to read this from a file", func(o *options, v string) error {
		o.db = v
		return nil
	}},
	{"meta", "FILE", "a Lua file that says which tables there are, as the command meta writes it; else the database is asked", func(o *options, v string) error {
		o.meta = v
		return nil
	}},
	{"e", "LUA", "a chunk of Lua in the place of a file", func(o *options, v string) error {
		if o.chunk != nil {
			return usagef("-e is given twice")
		}
		o.chunk = &v
		return nil
	}},
	{"format", "FORMAT", "how rows are written: table, csv, json, jsonl, markdown, vertical; else as the name of -o ends: .csv, .json, .jsonl, .md", func(o *options, v string) error {
		o.format = v
		return nil
	}},
	{"o", "FILE", "where the output goes; the file appears when it is complete", func(o *options, v string) error {
		if v == "" {
			return usagef("-o: expected a file, got nothing")
		}
		if v == "-" { // elsewhere standard output; a file of this name is hard to get rid of
			return usagef("-o: expected a file, got -; standard output is /dev/stdout")
		}
		o.output = v
		return nil
	}},
	{"p", "NAME=VALUE", "the value of a parameter, by its declared type; a list has one -p for each of its values; or @file.json", (*options).addParam},
	{"policy", "FILE", "a Lua file that says what a query may do; what it leaves out is not there", func(o *options, v string) error {
		o.policy = v
		return nil
	}},
	{"policy-arg", "NAME=VALUE", "a value that the policy asks for, such as tenant=7; one for each", func(o *options, v string) error {
		name, text, ok := strings.Cut(v, "=")
		if !ok || name == "" {
			return usagef("-policy-arg: expected name=value, got %q", v)
		}
		if slices.ContainsFunc(o.policyArgs, func(p param) bool { return p.name == name }) {
			return usagef("-policy-arg: %q is given twice", name)
		}
		o.policyArgs = append(o.policyArgs, param{name: name, text: text})
		return nil
	}},
	{"limit", "N", "the most rows to show; 0 shows all. The default: 40 at the prompt, 1000 in other tables, else all", func(o *options, v string) error {
		n, err := strconv.Atoi(v)
		if err != nil || n < 0 {
			return usagef("-limit: expected a number of rows, got %q", v)
		}
		o.limit = &n
		return nil
	}},
	{"timeout", "TIME", "the most time that a script and its query may take, such as 30s", func(o *options, v string) error {
		d, err := time.ParseDuration(v)
		if err != nil || d <= 0 {
			return usagef("-timeout: expected a time such as 30s or 1m30s, got %q", v)
		}
		o.timeout = d
		return nil
	}},
	{"dialect", "NAME", "the database whose SQL is shown: sqlite, postgres, mysql, mariadb; the default is that of -db", func(o *options, v string) error {
		o.dialect = v
		return nil
	}},
	{"severity", "NAME", "the least that check counts and shows: notice (the default), warning or error", func(o *options, v string) error {
		if err := o.severity.UnmarshalText([]byte(v)); err != nil {
			return usagef("-severity: expected notice, warning or error, got %q", v)
		}
		return nil
	}},
	{"manifest", "", "check the manifests alone: faster, for queries that have been loaded before", func(o *options, _ string) error {
		o.manifest = true
		return nil
	}},
	{"read-only", "", "open the database for reading only", func(o *options, _ string) error {
		o.readOnly = true
		return nil
	}},
	{"update", "", "let test write the golden files", func(o *options, _ string) error {
		o.update = true
		return nil
	}},
	{"safe", "", "for what is not trusted: scripts build and do not run, nothing is changed, no other file is opened, no program started", func(o *options, _ string) error {
		o.safe, o.readOnly = true, true
		return nil
	}},
	{"no-config", "", "leave the configuration file out", func(o *options, _ string) error {
		o.noConfig = true
		return nil
	}},
	{"quiet", "", "no notes on standard error", func(o *options, _ string) error {
		o.quiet = true
		return nil
	}},
	{"version", "", "say the version", func(o *options, _ string) error {
		o.version = true
		return nil
	}},
	{"h", "", "say how to use it", setHelp},
	{"help", "", "", setHelp},
}

func setHelp(o *options, _ string) error {
	o.help = true
	return nil
}

// parseFlags reads a command line.
func parseFlags(args []string) (*options, error) {
	o := &options{}
	for len(args) > 0 {
		word := args[0]
		args = args[1:]
		if word == "--" {
			o.rest = args
			break
		}
		if len(word) < 2 || word[0] != '-' {
			o.words = append(o.words, word)
			continue
		}
		name, value, hasValue := strings.Cut(strings.TrimPrefix(word[1:], "-"), "=")
		i := slices.IndexFunc(flags, func(f flag) bool { return f.name == name })
		if i < 0 {
			return o, usagef("there is no flag %q%s", "-"+name, flagHint(name))
		}
		f := flags[i]
		switch {
		case f.value == "" && hasValue:
			return o, usagef("-%s takes no value, got %q", name, value)
		case f.value != "" && !hasValue:
			if len(args) == 0 {
				return o, usagef("-%s: expected %s behind it, got nothing", name, f.value)
			}
			value, args = args[0], args[1:]
		}
		if err := f.set(o, value); err != nil {
			return o, err
		}
		o.given = append(o.given, f.name)
	}
	return o, nil
}

func flagHint(name string) string {
	var names []string
	for _, f := range flags {
		if len(f.name) > 1 {
			names = append(names, "-"+f.name)
		}
	}
	return schema.DidYouMean("-"+name, names)
}

// only refuses the flags that a command has no use for.
func (o *options) only(command string, useful ...string) error {
	for _, name := range o.given {
		if !slices.Contains(useful, name) && name != "quiet" && name != "timeout" && name != "no-config" {
			return usagef("-%s is of no use to %s", name, command)
		}
	}
	return nil
}
