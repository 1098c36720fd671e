package serializer_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

// movedShop is the shop after a few random changes, and what the Binding is told of them; nil where they are none that a
// MetaData can be declared with.
func movedShop(r *rand.Rand, m *schema.MetaData) (*schema.MetaData, []serializer.Rename) {
	n := schema.NewMetaData()
	var renames []serializer.Rename
	pick := []string{"a1", "b2", "c3", "id", "name", "total", "label"}
	for _, tb := range m.Tables() {
		name := tb.FullName()
		var items []schema.TableItem
		newName := name[len(name)-1]
		sch := name[:len(name)-1]
		if r.IntN(6) == 0 {
			old := newName
			newName = "t_" + old
			switch r.IntN(3) {
			case 0:
				items = append(items, schema.Formerly(old))
			case 1:
				renames = append(renames, serializer.Rename{From: schema.ID{Kind: schema.IDTable, Table: name}, To: schema.ID{Kind: schema.IDTable, Table: append(slices.Clone(sch), newName)}})
			}
		}
		if len(sch) > 0 {
			items = append(items, schema.InSchema(sch...))
		}
		if id := tb.StableID(); id != "" && r.IntN(10) > 0 {
			items = append(items, schema.StableID(id))
		}
		used := map[string]bool{}
		cols := tb.Columns()
		if r.IntN(5) == 0 {
			cols = slices.Clone(cols)
			r.Shuffle(len(cols), func(i, j int) { cols[i], cols[j] = cols[j], cols[i] })
		}
		for _, c := range cols {
			if r.IntN(30) == 0 && len(used) > 0 {
				continue
			}
			cn, ty := c.Name(), c.Type()
			if ty.HostID() != "" {
				ty = ty.Base()
			}
			var o []schema.ColumnOption
			if r.IntN(8) == 0 {
				old := cn
				cn = pick[r.IntN(len(pick))]
				if used[cn] || slices.ContainsFunc(cols, func(x *schema.Column) bool { return x.Name() == cn }) {
					cn = "x_" + old
				}
				switch r.IntN(4) {
				case 0, 1:
					o = append(o, schema.Formerly(old))
				case 2:
					renames = append(renames, serializer.Rename{From: schema.ID{Kind: schema.IDColumn, Table: name, Name: old}, To: schema.ID{Kind: schema.IDColumn, Table: append(slices.Clone(sch), newName), Name: cn}, Old: r.IntN(2) == 0})
				}
			}
			used[cn] = true
			if r.IntN(10) == 0 {
				switch ty.Kind() {
				case schema.KindBigInteger:
					ty = schema.Integer
				case schema.KindInteger:
					ty = []schema.Type{schema.BigInteger, schema.SmallInteger}[r.IntN(2)]
				case schema.KindString:
					ty = []schema.Type{schema.Text, schema.String(3), schema.String(200)}[r.IntN(3)]
				case schema.KindNumeric:
					ty = []schema.Type{schema.Numeric(0, 0), schema.Numeric(4, 1), schema.Numeric(20, 4)}[r.IntN(3)]
				case schema.KindEnum:
					ty = schema.Enum("other", ty.Labels()[0])
				case schema.KindDate:
					ty = schema.DateTime
				}
			}
			null := c.Nullable()
			if r.IntN(10) == 0 {
				null = !null
			}
			if !null {
				o = append(o, schema.NotNull)
			}
			if id := c.StableID(); id != "" && r.IntN(8) > 0 {
				o = append(o, schema.StableID(id))
			} else if r.IntN(12) == 0 {
				o = append(o, schema.StableID("new"+cn))
			}
			items = append(items, schema.NewColumn(cn, ty, o...))
		}
		n.Table(newName, items...)
	}
	if n.Freeze() != nil {
		return nil, nil
	}
	return n, renames
}

// TestRandomChanges holds, for random queries below random changes of the schema: Check, Loads and Repair agree, the
// manifest alone finds nothing worse, and what is repaired has no drift and rows of the same names.
func TestRandomChanges(t *testing.T) {
	m := shop(t)
	seeds := randomPayloads(t, 1500)
	r := rand.New(rand.NewPCG(3, 3))
	grants := []expr.Grant{expr.GrantRaw}
	mended, refused := 0, 0
	for range mutations(t, 9000) / 60 {
		now, renames := movedShop(r, m)
		if now == nil {
			continue
		}
		host, later := serializer.Binding{MetaData: now, Renames: renames, Grants: grants}, serializer.Binding{MetaData: now, Grants: grants}
		for range 60 {
			b := seeds[r.IntN(len(seeds))]
			report, err := serializer.Check(b, host)
			require.NoError(t, err)
			l, err := serializer.Loads(b, host)
			require.Equal(t, report.Loads(), err == nil, "%v", err)
			if err == nil {
				require.Equal(t, report.Same(), string(dumps(t, l.Root)) == string(b))
			}
			quick, err := serializer.CheckManifest(b, host)
			require.NoError(t, err)
			require.LessOrEqual(t, quick.Worst(), report.Worst(), "%v\n%v", quick, report)

			fixed, err := serializer.Repair(b, host)
			var drift *serializer.DriftError
			if errors.As(err, &drift) {
				require.False(t, report.Loads())
				refused++
				continue
			}
			require.NoError(t, err, "%v\n%x", report, b)
			mended++
			again, err := serializer.Check(fixed.Bytes, later)
			require.NoError(t, err)
			require.Empty(t, again.Problems, "%v\n%x", report, b)
			require.Equal(t, resultNames(t, b), resultNames(t, fixed.Bytes))
		}
	}
	t.Log(mended, "mended,", refused, "refused")
	require.Greater(t, mended, refused/4)
	require.Greater(t, refused, mended/4)
}
