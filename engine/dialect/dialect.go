package dialect

// Dialect is how one database says things.
type Dialect struct {
	name string
}

// The dialects.
var (
	SQLite   = &Dialect{name: "sqlite"}
	Postgres = &Dialect{name: "postgres"}
	MySQL    = &Dialect{name: "mysql"}
)

// Name returns "sqlite", "postgres" or "mysql".
func (d *Dialect) Name() string { return d.name }
