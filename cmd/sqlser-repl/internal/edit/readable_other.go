//go:build !unix

package edit

import "os"

// readable reports that it is not known whether there is something to be read at once.
func readable(*os.File) bool { return false }
