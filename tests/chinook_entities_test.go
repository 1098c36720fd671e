package tests

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/tests/corpus"
	"github.com/sqlser/sqlser/tests/testdb"
)

// chinookMeta is Chinook's eleven tables, without columns that no question asks about,
// and the entities that Automap makes of them.
func chinookMeta(t *testing.T) *schema.MetaData {
	m, col := schema.NewMetaData(), schema.NewColumn
	key := func(name string) schema.TableItem { return col(name, schema.Integer, schema.PrimaryKey) }
	ref := func(name, table, to string) schema.TableItem {
		return col(name, schema.Integer, schema.References(table, to))
	}
	text := func(name string) schema.TableItem { return col(name, schema.String(200)) }
	m.Table("Artist", key("ArtistId"), text("Name"))
	m.Table("Album", key("AlbumId"), text("Title"), ref("ArtistId", "Artist", "ArtistId"))
	m.Table("Employee", key("EmployeeId"), text("LastName"), text("FirstName"), text("Title"), ref("ReportsTo", "Employee", "EmployeeId"), text("City"))
	m.Table("Customer", key("CustomerId"), text("FirstName"), text("LastName"), text("Country"), ref("SupportRepId", "Employee", "EmployeeId"))
	m.Table("Invoice", key("InvoiceId"), ref("CustomerId", "Customer", "CustomerId"), col("InvoiceDate", schema.DateTime), text("BillingCountry"), col("Total", schema.Numeric(10, 2)))
	m.Table("Genre", key("GenreId"), text("Name"))
	m.Table("MediaType", key("MediaTypeId"), text("Name"))
	m.Table("Playlist", key("PlaylistId"), text("Name"))
	m.Table("Track", key("TrackId"), text("Name"), ref("AlbumId", "Album", "AlbumId"), ref("MediaTypeId", "MediaType", "MediaTypeId"), ref("GenreId", "Genre", "GenreId"),
		col("Milliseconds", schema.Integer), col("UnitPrice", schema.Numeric(10, 2)))
	m.Table("InvoiceLine", key("InvoiceLineId"), ref("InvoiceId", "Invoice", "InvoiceId"), ref("TrackId", "Track", "TrackId"), col("UnitPrice", schema.Numeric(10, 2)), col("Quantity", schema.Integer))
	m.Table("PlaylistTrack", ref("PlaylistId", "Playlist", "PlaylistId"), ref("TrackId", "Track", "TrackId"), schema.PrimaryKeyConstraint("PlaylistId", "TrackId"))
	m.Automap()
	require.NoError(t, m.Freeze())
	return m
}

// fillChinook makes the tables and their rows, as PostgreSQL's script has them.
func fillChinook(t *testing.T, db *testdb.DB, m *schema.MetaData) {
	create(t, db, m)
	rows := map[string][]string{}
	var table *schema.Table
	var at []int
	for line := range strings.Lines(string(corpus.Read(t, "chinook", "chinook_postgres.sql.gz"))) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, `COPY public."`):
			name, list, _ := strings.Cut(strings.TrimPrefix(line, `COPY public."`), `" (`)
			names := strings.Split(list[:strings.Index(list, ")")], ", ")
			table, at = m.Lookup(name), nil
			for _, c := range table.ColumnNames() {
				for i, n := range names {
					if strings.Trim(n, `"`) == c {
						at = append(at, i)
					}
				}
			}
		case line == `\.`:
			table = nil
		case table != nil:
			cells := strings.Split(line, "\t")
			values := make([]string, len(at))
			for i, k := range at {
				if values[i] = "'" + strings.ReplaceAll(cells[k], "'", "''") + "'"; cells[k] == `\N` {
					values[i] = "NULL"
				}
			}
			rows[table.Name()] = append(rows[table.Name()], "("+strings.Join(values, ", ")+")")
		}
	}
	quote := map[bool]string{true: "`", false: `"`}[db.Name == "mariadb"]
	for _, table := range m.Tables() {
		list := rows[table.Name()]
		for from := 0; from < len(list); from += 1000 {
			db.Script(t, "INSERT INTO "+quote+table.Name()+quote+" VALUES "+strings.Join(list[from:min(from+1000, len(list))], ", "))
		}
	}
}

// TestChinookEntities asks twenty questions of entities, loads what they lead to by each
// strategy, or not, and counts the statements.
func TestChinookEntities(t *testing.T) {
	m := chinookMeta(t)
	e := func(name string) *expr.EntitySource { return expr.Entity(m.LookupEntity(name)) }
	artist, album, track, genre, media := e("Artist"), e("Album"), e("Track"), e("Genre"), e("MediaType")
	employee, customer, invoice, line, playlist := e("Employee"), e("Customer"), e("Invoice"), e("InvoiceLine"), e("Playlist")
	boss := employee.Alias("boss")
	type load func(expr.LoadKind) []*expr.LoadOption
	one := func(r *expr.RelatedClause, nested ...*expr.RelatedClause) load {
		return func(k expr.LoadKind) []*expr.LoadOption {
			var list []*expr.LoadOption
			for _, n := range nested {
				list = append(list, expr.Load(k, n))
			}
			return []*expr.LoadOption{expr.Load(k, r, list...)}
		}
	}
	questions := []struct {
		name  string
		q     *expr.SelectStmt
		load  load
		rows  int // of the entity that is asked for
		lists int // what their relationships lead to, in all
		more  int // statements of selectin beside the first
	}{
		{"albums of an artist", expr.Select(artist).Where(artist.C("Name").Eq("AC/DC")), one(artist.R("Album")), 1, 2, 1},
		{"tracks of its albums", expr.Select(artist).Where(artist.C("Name").Eq("AC/DC")), one(artist.R("Album"), album.R("Track")), 1, 20, 2},
		{"artists with many albums", expr.Select(artist).Where(artist.R("Album").Any(album.C("Title").Like("%Greatest%"))), one(artist.R("Album")), 7, 11, 1},
		{"artists without any", expr.Select(artist).Where(artist.R("Album").Any().Not()), one(artist.R("Album")), 71, 0, 1},
		{"the longest tracks", expr.Select(track).OrderBy(track.C("Milliseconds").Desc()).Limit(3), one(track.R("album"), album.R("artist")), 3, 6, 2},
		{"tracks by genre", expr.Select(genre).Where(genre.C("Name").In("Opera", "Science Fiction")), one(genre.R("Track")), 2, 14, 1},
		{"tracks of a kind of file", expr.Select(media).Where(media.C("Name").Like("%AAC audio file")).OrderBy(media.C("MediaTypeId")), one(media.R("Track")), 3, 255, 1},
		{"who reports to whom", expr.Select(employee).Where(employee.R("Employee").Any()), one(employee.R("Employee")), 3, 7, 1},
		{"the boss of each", expr.Select(employee).Where(employee.R("employee").IsNull().Not()), one(employee.R("employee")), 7, 7, 1},
		{"the boss's boss", expr.Select(employee).Join(employee.R("employee").OfType(boss)).Where(boss.R("employee").Any()), one(employee.R("employee"), employee.R("employee")), 5, 7, 2},
		{"customers of a rep", expr.Select(employee).Where(employee.C("LastName").Eq("Peacock")), one(employee.R("Customer")), 1, 21, 1},
		{"customers who bought much", expr.Select(customer).Where(customer.R("Invoice").Any(invoice.C("Total").Gt(20))), one(customer.R("Invoice")), 4, 28, 1},
		{"their lines and tracks", expr.Select(customer).Where(customer.R("Invoice").Any(invoice.C("Total").Gt(23))), func(k expr.LoadKind) []*expr.LoadOption {
			return []*expr.LoadOption{expr.Load(k, customer.R("Invoice"), expr.Load(k, invoice.R("InvoiceLine"), expr.Load(k, line.R("track"))))}
		}, 2, 166, 3},
		{"big invoices", expr.Select(invoice).OrderBy(invoice.C("Total").Desc(), invoice.C("InvoiceId")).Limit(5), one(invoice.R("InvoiceLine")), 5, 70, 1},
		{"a country's invoices", expr.Select(invoice).Where(invoice.C("BillingCountry").Eq("Chile")), one(invoice.R("customer")), 7, 7, 1},
		{"a day's invoices", expr.Select(invoice).Where(invoice.C("Total").Gt(15), invoice.R("customer").Has(customer.C("Country").Eq("USA"))), one(invoice.R("customer"), customer.R("support_rep")), 3, 6, 2},
		{"a playlist's tracks", expr.Select(playlist).Where(playlist.C("Name").Eq("Grunge")), one(playlist.R("Track")), 1, 15, 1},
		{"playlists of a track", expr.Select(track).Where(track.C("Name").Eq("Black Hole Sun")), one(track.R("Playlist")), 1, 4, 1},
		{"empty playlists", expr.Select(playlist).Where(playlist.R("Track").Any().Not()), one(playlist.R("Track")), 4, 0, 1},
		{"only some of them", expr.Select(album).Where(album.C("AlbumId").Lt(4)), func(k expr.LoadKind) []*expr.LoadOption {
			return []*expr.LoadOption{expr.Load(k, album.R("Track").And(track.C("Milliseconds").Gt(250_000)))}
		}, 3, 7, 1},
	}
	require.Len(t, questions, 20)
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		fillChinook(t, db, m)
		n := 0
		s := counting(db, &n)
		ask := func(name string, q *expr.SelectStmt) []*engine.Record {
			t.Helper()
			n = 0
			records, err := engine.All[*engine.Record](context.Background(), s, stored(t, m, q), nil)
			require.NoError(t, err, name)
			return records
		}
		for _, c := range questions {
			for _, kind := range []expr.LoadKind{expr.JoinedLoad, expr.SelectinLoad, expr.SubqueryLoad} {
				name := c.name + " by " + kind.String()
				records := ask(name, c.q.Options(c.load(kind)...))
				require.Equal(t, []int{c.rows, c.lists}, []int{len(records), ledTo(records)}, name)
				want := 1
				if kind != expr.JoinedLoad {
					want += c.more
				}
				require.Equal(t, want, n, "%s: statements", name)
			}

			// from what the statement joins itself: LIMIT would count joined rows, where they are many
			name, options := c.name+" by contains_eager", c.load(expr.ContainsEager)
			root := options[0].Related().Source()
			q, eager := joining(c.q, root, options)
			if c.q.LimitClause().IsZero() || !options[0].Related().Relationship().IsMany() {
				records := ask(name, q.Options(eager...))
				require.Equal(t, []int{c.rows, c.lists}, []int{len(records), ledTo(records)}, name)
				require.Equal(t, 1, n, "%s: statements", name)
			} else {
				require.Less(t, len(ask(name, q.Options(eager...))), c.rows, name)
			}

			// not at all: the later option counts
			name = c.name + " by raiseload"
			records := ask(name, c.q.Options(c.load(expr.SelectinLoad)...).Options(expr.Load(expr.RaiseLoad, options[0].Related())))
			require.Equal(t, []int{c.rows, 0, 1}, []int{len(records), ledTo(records), n}, name)
			for _, r := range records {
				_, err := r.Member(options[0].Related().Relationship().Name())
				require.Equal(t, engine.CodeNotLoaded, engine.CodeOf(err), name)
			}

			// one attribute alone, or all others: the keys that loads go by come all the same
			for _, kind := range []expr.LoadKind{expr.LoadOnly, expr.Defer} {
				name = c.name + " by " + kind.String()
				entity := records[0].Entity()
				attributes := entity.Attributes()
				named := attributes[len(attributes)-1].Name()
				records := ask(name, c.q.Options(c.load(expr.SelectinLoad)...).Options(expr.LoadAttributes(kind, root.C(named))))
				require.Equal(t, []int{c.rows, c.lists, 1 + c.more}, []int{len(records), ledTo(records), n}, name)
				to := reached(records)
				alone := records[slices.IndexFunc(records, func(r *engine.Record) bool { return to[r] == 0 })] // no other loads it, too
				for _, a := range attributes {
					_, err := alone.Value(a.Name())
					if loaded := a == entity.Key()[0] || (a.Name() == named) == (kind == expr.LoadOnly); loaded {
						require.NoError(t, err, "%s: %s", name, a)
					} else {
						require.Equal(t, engine.CodeNotLoaded, engine.CodeOf(err), "%s: %s", name, a)
					}
				}
			}
		}
	})
}

// ledTo counts what the relationships of records lead to, each record's once.
func ledTo(records []*engine.Record) (n int) {
	for _, often := range reached(records) {
		n += often
	}
	return n
}

// reached says how often relationships lead to each record.
func reached(records []*engine.Record) map[*engine.Record]int {
	often, seen := map[*engine.Record]int{}, map[*engine.Record]bool{}
	var follow func(r *engine.Record)
	follow = func(r *engine.Record) {
		if seen[r] {
			return
		}
		seen[r] = true
		for _, rel := range r.Entity().Relationships() {
			list, err := r.Many(rel.Name())
			if err != nil {
				continue // not loaded
			}
			for _, one := range list {
				often[one]++
				follow(one)
			}
		}
	}
	for _, r := range records {
		follow(r)
	}
	return often
}

// joining joins what options by contains_eager load, and returns these options anew: what leads
// to the root's own entity is joined under another name.
func joining(q *expr.SelectStmt, root expr.Source, options []*expr.LoadOption) (*expr.SelectStmt, []*expr.LoadOption) {
	var join func(from expr.Source, options expr.List[*expr.LoadOption]) []*expr.LoadOption
	join = func(from expr.Source, options expr.List[*expr.LoadOption]) (eager []*expr.LoadOption) {
		for _, o := range options.All() {
			related, to := o.Related(), o.Related().Target()
			if expr.EntityOf(to) == expr.EntityOf(root) {
				to = expr.Entity(expr.EntityOf(root)).Alias("")
				related = expr.Related(from, related.Relationship()).OfType(to)
			}
			q = q.LeftJoin(related)
			eager = append(eager, expr.Load(expr.ContainsEager, related, join(to, o.Nested())...))
		}
		return eager
	}
	eager := join(root, expr.ListOf(options))
	return q, eager
}
