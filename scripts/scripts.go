// Package scripts holds the Lua that ships with sqlser: example questions about
// the demo database, which is in scripts/demo. All of them run as tests.
package scripts

import "embed"

// Examples are the example queries, examples/*.lua: each a script that returns a
// query on the demo database.
//
//go:embed examples/*.lua
var Examples embed.FS
