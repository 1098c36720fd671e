package main

import (
	"context"
	"io"

	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/scripts"
)

var stubsCommand = &command{
	name: "stubs", doc: "annotations of the script API and of this schema, for editors with lua-language-server",
	flags: []string{"db", "meta", "policy", "policy-arg", "o", "read-only"},
	run:   runStubs,
}

// runStubs writes a file that editors read and nothing runs.
func runStubs(ctx context.Context, a *app, words []string) error {
	if len(words) > 0 {
		return usagef("stubs: expected nothing behind it, got %q", words[0])
	}
	d, err := a.open(ctx, "stubs", true, true)
	if err != nil {
		return err
	}
	defer d.Close()
	_, err = io.WriteString(a.out, scripts.Stubs+"\n"+luabind.MetaDataStubs(d.meta))
	return err
}
