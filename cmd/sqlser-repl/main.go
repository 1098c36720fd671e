// Command sqlser-repl is the prompt and the command line of sqlser: it builds
// queries in Lua, turns them into bytes and back, and runs them.
//
//	sqlser-repl                          a prompt on an embedded demo database
//	sqlser-repl -e 'return db.products'  a chunk; the value that it returns is shown
//	sqlser-repl dump q.lua -o q.sqb      as bytes
//	sqlser-repl run q.sqb -db sqlite:shop.db -format csv
//
// "sqlser-repl help" lists the rest. Standard output is data, standard error is
// narration. The exit codes: 0 ok; 1 the script or query failed; 2 usage; 3 no
// connection; 4 timed out; 5 the loader or verify refused the bytes; 130 interrupted.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	signal.Ignore(syscall.SIGPIPE) // a pipe that is closed early is an error of Write, see exitCode
	os.Exit(run(context.Background(), os.Args[1:], os.LookupEnv, os.Stdin, os.Stdout, os.Stderr))
}
