package demo_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/sqlser/sqlser/scripts/demo"
)

// open returns an empty database in memory.
func open(t testing.TB) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", ":memory:")
	require.NoError(t, err)
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

// build returns a demo database in memory.
func build(t testing.TB) *sql.DB {
	t.Helper()
	db := open(t)
	require.NoError(t, demo.Build(t.Context(), db))
	return db
}

// texts returns the first column of the result of a query.
func texts(t testing.TB, db *sql.DB, query string, args ...any) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query, args...)
	require.NoError(t, err, query)
	defer func() { require.NoError(t, rows.Close()) }()
	var found []string
	for rows.Next() {
		var text string
		require.NoError(t, rows.Scan(&text), query)
		found = append(found, text)
	}
	require.NoError(t, rows.Err())
	return found
}

// number returns the only value of the result of a query.
func number(t testing.TB, db *sql.DB, query string, args ...any) int {
	t.Helper()
	var n int
	require.NoError(t, db.QueryRowContext(t.Context(), query, args...).Scan(&n), query)
	return n
}

// tables returns the names of all tables.
func tables(t testing.TB, db *sql.DB) []string {
	t.Helper()
	return texts(t, db, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
}

// digest returns a hash of the schema and of every value in the database.
func digest(t testing.TB, db *sql.DB) string {
	t.Helper()
	hash := sha256.New()
	for _, ddl := range texts(t, db, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name") {
		_, _ = fmt.Fprintln(hash, ddl)
	}
	for _, name := range tables(t, db) {
		columns := texts(t, db, "SELECT 'quote(' || name || ')' FROM pragma_table_info(?) ORDER BY cid", name)
		query := "SELECT " + strings.Join(columns, " || ',' || ") + " FROM " + name + " ORDER BY rowid"
		for _, row := range texts(t, db, query) {
			_, _ = fmt.Fprintln(hash, name, row)
		}
	}
	return hex.EncodeToString(hash.Sum(nil))
}

func TestBuildIsRepeatable(t *testing.T) {
	t.Parallel()
	first, second := build(t), build(t)
	assert.Equal(t, digest(t, first), digest(t, second))
}

func TestCounts(t *testing.T) {
	t.Parallel()
	db := build(t)
	expected := []struct {
		table    string
		low, top int
	}{
		{"categories", 25, 35},
		{"countries", 20, 25},
		{"customers", 400, 450},
		{"employees", 18, 25},
		{"order_items", 5_000, 6_000},
		{"orders", 1_400, 1_700},
		{"payments", 1_300, 1_650},
		{"product_tags", 400, 650},
		{"products", 200, 250},
		{"reviews", 300, 500},
		{"suppliers", 25, 35},
		{"tags", 15, 20},
	}
	var names []string
	total := 0
	for _, e := range expected {
		n := number(t, db, "SELECT count(*) FROM "+e.table)
		t.Logf("%-12s %5d", e.table, n)
		assert.True(t, e.low <= n && n <= e.top, "%s has %d rows", e.table, n)
		names = append(names, e.table)
		total += n
	}
	t.Logf("%-12s %5d", "total", total)
	assert.Equal(t, names, tables(t, db))
	assert.True(t, 9_000 <= total && total <= 12_000, "%d rows", total)
}

// TestRules runs queries that look for rows which break a rule of the shop.
func TestRules(t *testing.T) {
	t.Parallel()
	db := build(t)
	cents := func(column string) string { return "CAST(round(" + column + " * 100) AS INTEGER)" }
	sum := "SELECT sum(quantity * " + cents("unit_price") + ") FROM order_items i WHERE i.order_id = "
	rules := map[string]string{
		"foreign keys hold": "SELECT 1 FROM pragma_foreign_key_check",
		"orders have items": "SELECT 1 FROM orders WHERE id NOT IN (SELECT order_id FROM order_items)",
		"total is the sum":  "SELECT 1 FROM orders o WHERE " + cents("total") + " IS NOT (" + sum + "o.id)",
		"payment is the sum": "SELECT 1 FROM payments p WHERE " + cents("amount") + " IS NOT (" + sum +
			"p.order_id)",
		"settled means paid": `SELECT 1 FROM orders o LEFT JOIN payments p ON p.order_id = o.id
			WHERE (p.id IS NULL) <> (o.status = 'pending') AND o.status <> 'cancelled'`,
		"refunds": `SELECT 1 FROM orders o JOIN payments p ON p.order_id = o.id
			WHERE p.is_refunded <> (o.status IN ('cancelled', 'returned'))`,
		"paid after order": `SELECT 1 FROM orders o JOIN payments p ON p.order_id = o.id
			WHERE p.paid_at <= o.ordered_at`,
		"shipped after payment": `SELECT 1 FROM orders o LEFT JOIN payments p ON p.order_id = o.id
			WHERE o.shipped_at IS NOT NULL AND (p.id IS NULL OR o.shipped_at <= p.paid_at)`,
		"delivered after shipping": `SELECT 1 FROM orders
			WHERE delivered_on IS NOT NULL AND (shipped_at IS NULL OR delivered_on <= date(shipped_at))`,
		"status fits the dates": `SELECT 1 FROM orders
			WHERE (shipped_at IS NOT NULL) <> (status IN ('shipped', 'delivered', 'returned'))
			OR (delivered_on IS NOT NULL) <> (status IN ('delivered', 'returned'))`,
		"ordered by members": `SELECT 1 FROM orders o JOIN customers c ON c.id = o.customer_id
			WHERE o.ordered_at <= c.created_at`,
		"ordered while for sale": `SELECT 1 FROM order_items i JOIN orders o ON o.id = i.order_id
			JOIN products p ON p.id = i.product_id
			WHERE date(o.ordered_at) < p.launched_on OR date(o.ordered_at) >= p.discontinued_on`,
		"sold by staff": `SELECT 1 FROM orders o JOIN employees e ON e.id = o.sales_rep_id
			WHERE e.title NOT LIKE '%Sales%' OR date(o.ordered_at) < e.hired_on OR date(o.ordered_at) > e.left_on`,
		"reviewed after delivery": `SELECT 1 FROM reviews r WHERE NOT EXISTS (
			SELECT 1 FROM orders o JOIN order_items i ON i.order_id = o.id
			WHERE o.customer_id = r.customer_id AND i.product_id = r.product_id
			AND o.delivered_on < date(r.created_at))`,
		"inactive means discontinued": `SELECT 1 FROM products
			WHERE is_active = (discontinued_on IS NOT NULL) OR discontinued_on <= launched_on`,
		"cost is below price": "SELECT 1 FROM products WHERE cost <= 0 OR cost >= price",
		"attributes are JSON": "SELECT 1 FROM products WHERE NOT json_valid(attributes)",
		"transactions are UUIDs": `SELECT 1 FROM payments
			WHERE transaction_id NOT GLOB '*-4???-[89ab]*' OR length(transaction_id) <> 36`,
		"mail addresses are ASCII": "SELECT email FROM customers WHERE email GLOB '*[^-a-z0-9.@]*'",
		"employees report upwards": "SELECT 1 FROM employees WHERE manager_id >= id",
		"categories are in order":  "SELECT 1 FROM categories WHERE parent_id >= id",
		"orders are in order":      "SELECT 1 FROM orders a JOIN orders b ON b.id = a.id + 1 WHERE a.ordered_at > b.ordered_at",
		"barcodes are BIGINTs":     "SELECT 1 FROM products WHERE barcode NOT BETWEEN 2000000000000 AND 2099999999999",
	}
	for name, query := range rules {
		assert.Empty(t, texts(t, db, query), name)
	}
}

// TestVariety runs queries that count rows of a kind which must exist.
func TestVariety(t *testing.T) {
	t.Parallel()
	db := build(t)
	kinds := map[string]string{
		"customers without orders":  "FROM customers WHERE id NOT IN (SELECT customer_id FROM orders)",
		"repeat customers":          "FROM (SELECT 1 FROM orders GROUP BY customer_id HAVING count(*) > 5)",
		"namesakes":                 "FROM (SELECT 1 FROM customers GROUP BY first_name, last_name HAVING count(*) > 1)",
		"inactive products":         "FROM products WHERE NOT is_active",
		"products never ordered":    "FROM products WHERE id NOT IN (SELECT product_id FROM order_items)",
		"products out of stock":     "FROM products WHERE is_active AND stock = 0",
		"products with images":      "FROM products WHERE thumbnail IS NOT NULL",
		"products with attributes":  "FROM products WHERE attributes ->> '$.dimensions_cm.width' > 0",
		"categories of third level": "FROM categories a JOIN categories b ON b.id = a.parent_id WHERE b.parent_id IS NOT NULL",
		"gifts to other countries":  "FROM orders WHERE billing_country_code <> shipping_country_code",
		"December over November": `FROM (SELECT sum(ordered_at GLOB '*-12-*') AS december,
			sum(ordered_at GLOB '*-11-*') AS november FROM orders) WHERE december > november * 1.3`,
		"names beyond ASCII":    "FROM customers WHERE last_name GLOB '*[^ -~]*'",
		"emoji":                 "FROM products WHERE name LIKE '%🌶️%'",
		"quotes":                `FROM products WHERE name LIKE '%''%' AND name LIKE '%"%'`,
		"Zoë Müller":            "FROM customers WHERE first_name = 'Zoë' AND last_name = 'Müller' AND id <= 8",
		"Seán O'Brien":          "FROM customers WHERE last_name = 'O''Brien' AND id <= 8",
		"Japanese customers":    "FROM customers WHERE first_name = '花子'",
		"dates that are text":   "FROM products WHERE typeof(launched_on) = 'text' AND length(launched_on) = 10",
		"moments that are text": "FROM orders WHERE typeof(ordered_at) = 'text' AND length(ordered_at) = 19",
	}
	for _, status := range []string{"pending", "paid", "shipped", "delivered", "returned", "cancelled"} {
		kinds["orders "+status] = "FROM orders WHERE status = '" + status + "'"
	}
	for name, from := range kinds {
		n := number(t, db, "SELECT count(*) "+from)
		t.Logf("%-28s %d", name, n)
		assert.Positive(t, n, name)
	}
}

func TestNulls(t *testing.T) {
	t.Parallel()
	db := build(t)
	expected := []string{
		"categories.parent_id", "customers.phone", "employees.manager_id", "employees.left_on",
		"orders.sales_rep_id", "orders.note", "orders.shipped_at", "orders.delivered_on",
		"products.description", "products.barcode", "products.weight_kg", "products.attributes",
		"products.thumbnail", "products.discontinued_on", "reviews.title", "reviews.body",
		"suppliers.email", "suppliers.rating", "tags.color",
	}
	nullable := texts(t, db, `SELECT t.name || '.' || c.name FROM sqlite_schema t, pragma_table_info(t.name) c
		WHERE t.type = 'table' AND NOT c."notnull"`)
	assert.ElementsMatch(t, expected, nullable)
	for _, name := range expected {
		from, column, _ := strings.Cut(name, ".")
		nulls := number(t, db, "SELECT count(*) FROM "+from+" WHERE "+column+" IS NULL")
		filled := number(t, db, "SELECT count("+column+") FROM "+from)
		t.Logf("%-26s %5d null %5d filled", name, nulls, filled)
		assert.Positive(t, nulls, "%s is never null", name)
		assert.Positive(t, filled, "%s is always null", name)
	}
	assert.Equal(t, 1, number(t, db, "SELECT count(*) FROM employees WHERE manager_id IS NULL"))
}

func TestTypes(t *testing.T) {
	t.Parallel()
	db := build(t)
	types := texts(t, db, `SELECT DISTINCT upper(c.type) FROM sqlite_schema t, pragma_table_info(t.name) c
		WHERE t.type = 'table' AND c.type NOT LIKE 'VARCHAR(%' ORDER BY 1`)
	assert.Equal(t, []string{
		"BIGINT", "BLOB", "BOOLEAN", "DATE", "DATETIME", "DOUBLE", "INTEGER", "JSON",
		"NUMERIC(10,2)", "NUMERIC(4,2)", "TEXT",
	}, types)
}

func TestDatesAreInTheRange(t *testing.T) {
	t.Parallel()
	db := build(t)
	layouts := map[string]string{"DATE": time.DateOnly, "DATETIME": time.DateTime}
	for kind, layout := range layouts {
		names := texts(t, db, `SELECT t.name || '.' || c.name FROM sqlite_schema t, pragma_table_info(t.name) c
			WHERE t.type = 'table' AND c.type = ?`, kind)
		assert.NotEmpty(t, names)
		for _, name := range names {
			from, column, _ := strings.Cut(name, ".")
			query := "SELECT '' || " + column + " FROM " + from + " WHERE " + column + " IS NOT NULL"
			for _, text := range texts(t, db, query) {
				at, err := time.Parse(layout, text)
				require.NoError(t, err, name)
				assert.True(t, 2023 <= at.Year() && at.Year() <= 2025, "%s holds %s", name, text)
			}
		}
	}
}

func TestMoneyHasNoNoise(t *testing.T) {
	t.Parallel()
	db := build(t)
	for _, name := range texts(t, db, `SELECT t.name || '.' || c.name FROM sqlite_schema t, pragma_table_info(t.name) c
		WHERE t.type = 'table' AND c.type LIKE 'NUMERIC%'`) {
		from, column, _ := strings.Cut(name, ".")
		for _, amount := range texts(t, db, "SELECT quote("+column+") FROM "+from) {
			_, decimals, _ := strings.Cut(amount, ".")
			assert.LessOrEqual(t, len(decimals), 2, "%s holds %s", name, amount)
		}
	}
}

func TestBuildTwiceFailsAndChangesNothing(t *testing.T) {
	t.Parallel()
	db := build(t)
	before := digest(t, db)
	assert.ErrorContains(t, demo.Build(t.Context(), db), "demo: create schema: ")
	assert.Equal(t, before, digest(t, db))
}

func TestBuildHonoursTheContext(t *testing.T) {
	t.Parallel()
	db := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	assert.ErrorIs(t, demo.Build(ctx, db), context.Canceled)
	assert.Empty(t, tables(t, db))
}

func TestSchema(t *testing.T) {
	t.Parallel()
	db := open(t)
	_, err := db.ExecContext(t.Context(), demo.Schema())
	require.NoError(t, err)
	assert.Len(t, tables(t, db), 12)
}

func BenchmarkBuild(b *testing.B) {
	for b.Loop() {
		db, err := sql.Open("sqlite", ":memory:")
		require.NoError(b, err)
		db.SetMaxOpenConns(1)
		require.NoError(b, demo.Build(b.Context(), db))
		require.NoError(b, db.Close())
	}
}
