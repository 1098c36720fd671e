//go:build !pgquery

package bench

// pgQuery is nothing without the build tag: see pgquery.go.
func pgQuery(Query) []Case { return nil }
