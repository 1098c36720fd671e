package bench

import (
	"context"
	"io/fs"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/scripts/tpch"
	"github.com/sqlser/sqlser/serializer"
)

// Size is how long a query is: its payload, and its SQL as we write it for
// PostgreSQL with its arguments as text; Plain is that without what nobody writes by
// hand.
type Size struct {
	Name                string
	Payload, SQL, Plain int
}

// TPCH returns the sizes of the 22 queries of TPC-H.
func TPCH(ctx context.Context) ([]Size, error) {
	meta := tpch.MetaData()
	if err := meta.Freeze(); err != nil {
		return nil, err
	}
	rt, err := luabind.New(meta)
	if err != nil {
		return nil, err
	}
	files, err := fs.Glob(tpch.Scripts, "q*.lua")
	if err != nil {
		return nil, err
	}
	var sizes []Size
	for _, file := range files {
		source, err := tpch.Scripts.ReadFile(file)
		if err != nil {
			return nil, err
		}
		values, err := rt.Run(ctx, file, string(source))
		if err != nil {
			return nil, err
		}
		q := values[0].(expr.Query)
		b, err := serializer.Dumps(q)
		if err != nil {
			return nil, err
		}
		sql, args := rendered(q)
		plain := asWritten.Replace(casts.ReplaceAllString(sql, ""))
		sizes = append(sizes, Size{file, len(b), textSize(sql, args), textSize(plain, args)})
	}
	return sizes, nil
}
