// A reader of sqlser payloads, written from FORMAT.md alone: plain Node, no packages. It
// reads payloads as lines of hex, and writes for each a line of JSON: the payload as JSON,
// or {"error": why it is refused}. It has no schema: of what FORMAT.md leaves to readers
// that have one (types), it checks nothing.
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

// The node kinds. A field is name:what, with ? if it may be absent; flags and lists always may,
// but for a list with !. What: c3 a code of 1 to 3, f a flag, s text, t a type, v a value, e an
// expression, b one that may be a tuple or quantified, k one that may vanish, i one that may be a whole
// entity, r a relationship, l an option, E A R a number of an entity, attribute, relationship, q a query, S a statement, o a source, F a source
// or join, T U P a number of a table, function, parameter, C a column, {} a part; * a list.
const ORDER = 'expr:e desc:f nulls?:c2', ITEMS = '{expr:i label?:s}*', COLUMNS = '{name:s type?:t}*'
const SET = '{column:C value:e}*', CELLS = '{cells:e*}*'
const WINDOW = `partition_by:e* order_by:{${ORDER}}* unit?:c3 start?:c5 start_offset?:e end?:c5 end_offset?:e exclude?:c3`
const KINDS = [null, 'literal value?:v as?:t', 'param parameter:P', 'column', 'binary op:c23 left:b right:b',
  'unary op:c9 x:e', 'logic terms!:k* or:f', 'in x:b list:b* query?:q not:f', 'between x:e low:e high:e not:f symmetric:f',
  'like op:c8 x:e pattern:e not:f escape?:s', 'case whens!:{cond:e then:e}* else?:e', 'cast x:e to:t coerce:f',
  `call function:U args:e* distinct:f filter?:k order_by:{${ORDER}}* within_group:{${ORDER}}* returns?:t data?:v`, 'array elem:t items:e*',
  'scalar query:q', 'exists query:q', 'ref name:s', 'table table:T', 'alias source:o name?:s rows?:o', 'subquery query:q name?:s lateral:f',
  'join kind:c4 left:F right:F on?:e',
  `select columns!:${ITEMS} from:F* joins:{kind:c4 target:F on?:e}* where?:k group_by:e* having?:k order_by:{${ORDER}}* limit?:e
    offset?:e distinct:f distinct_on:e* windows:{name:s ${WINDOW}}* lock?:c4 lock_of:F* lock_wait?:c2 with_ties:f correlate?:c2
    correlate_of:F* with:F* raw:{place:c3 text:s dialect?:s of?:F}* options:l*`,
  'extract part:c14 x:e', `over call:e ${WINDOW} window?:s`, 'grouping kind:c3 sets!:{keys:e*}*', 'cte query:S name?:s materialized?:c2',
  'self anchor:q name?:s', 'recursive self:o step:q distinct:f', `values columns!:${COLUMNS} rows!:${CELLS}`,
  `table_function call:e columns!:${COLUMNS} ordinality:f name?:s typed:f`, 'tablesample source:o method:c2 percent:e seed?:e',
  `compound op:c6 queries!:q* order_by:{${ORDER}}* limit?:e offset?:e`, 'custom op:s left:e right:e type?:t', 'date_trunc unit:c14 x:e',
  'date_diff unit:c14 from:e to:e', 'at_time_zone x:e zone:e',
  `insert table:o columns:C* rows:${CELLS} query?:q on_conflict?:c3 conflict_columns:C* conflict_constraint?:s conflict_among?:e
    conflict_set:${SET} conflict_where?:e returning:${ITEMS}`,
  `update table:o set:${SET} from:F* where?:k all_rows:f returning:${ITEMS} order_by:{${ORDER}}* limit?:e`,
  `delete table:o using:F* where?:k all_rows:f returning:${ITEMS} order_by:{${ORDER}}* limit?:e`, 'excluded table:o', 'default',
  'json x:e path:e* as?:c5', 'collate x:e name:s', 'regexp x:e pattern:e with?:e ignore_case:f', 'tuple items!:e*',
  'quantified query?:q array?:e all:f', 'text text:s binds:{name:s expr:e}* type?:t verbatim:f', `text_statement text:e columns!:${COLUMNS}`,
  'given parameter:P cond:k',
  'entity entity:E', 'attribute source:o attribute:A', 'whole source:o', 'related source:o relationship:R of_type?:o and?:k', 'any related:r where?:k',
  'load kind:c8 related?:r entity?:o attributes:e* where?:e options:l*',
].map(line => {
  if (!line) return null
  const words = line.match(/\w+|[?!:{}*]/g)
  const fields = () => {
    const list = []
    while (words.length && words[0] !== '}') {
      const f = { name: words.shift() }
      if ('?!'.includes(words[0])) f[words.shift()] = true
      words.shift() // :
      f.what = words.shift()
      if (f.what === '{') { f.part = fields(); words.shift() }
      if (words[0] === '*') { words.shift(); f.list = true }
      f.optional = f['?'] || f.what === 'f' || f.list && !f['!']
      list.push(f)
    }
    return list
  }
  return { name: words.shift(), fields: fields() }
})
const NAMES = KINDS.map(k => k && k.name)
const SOURCES = new Set([17, 18, 19, 25, 26, 27, 28, 29, 30, 39, 49]), QUERIES = new Set([21, 31, 47])
const STATEMENTS = new Set([...QUERIES, 36, 37, 38]), BESIDE = new Set([44, 45])
const TYPES = ['unknown', 'boolean', 'small_integer', 'integer', 'big_integer', 'float', 'double', 'numeric', 'string', 'text', 'large_binary',
  'date', 'time', 'datetime', 'datetime_tz', 'interval', 'json', 'uuid', 'enum']
const LIMIT = { bytes: 1 << 20, size: 100000, depth: 500, items: 100000, references: 10000, name: 1000, labels: 10000, enum: 262144, oneOf: 1000, digits: 1000, json: 10000 }

export class Refused extends Error {}
const refuse = why => { throw new Refused(why) }
const check = (ok, why) => { if (!ok) refuse(why) }
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const distinct = list => new Set(list).size === list.length
const byteOrder = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))
const isSorted = list => list.every((v, i) => i === 0 || byteOrder(list[i - 1], v) < 0)

// rawText refuses raw text that is not whole by itself, and returns the binds that it names.
const WORD = /^[A-Za-z0-9_\u0080-\uffff]*/
function rawText(text, binds) {
  check(!text.includes('\0'), 'NUL')
  const names = []
  let at = 0, open = 0
  const until = (end, from, rest) => { const i = rest.indexOf(end, from); check(i >= 0, 'a quote or comment is open'); at += i + end.length }
  while (at < text.length) {
    const rest = text.slice(at), c = rest[0], word = rest.slice(1).match(WORD)[0], within = at > 0 && WORD.exec(text[at - 1])[0] !== ''
    if (`'"\``.includes(c)) {
      let i = 1
      for (; rest[i] !== c || rest[i + 1] === c; i += rest[i] === c ? 2 : 1) {
        check(i < rest.length, 'a quote is open')
        check(rest[i] !== '\\' || rest[i + 1] !== c && rest[i + 1] !== '\\', 'a backslash')
      }
      at += i + 1
    } else if (rest.startsWith('--')) {
      check(/^--[ \t\n]/.test(rest) && !/\r/.test(rest.split('\n')[0].replace(/\r$/, '')), 'no comment')
      until('\n', 2, rest)
    } else if (rest.startsWith('/*')) {
      check(!/^\/\*M?!/.test(rest) && !rest.slice(2).split('*/')[0].includes('/*'), 'no comment')
      until('*/', 2, rest)
    } else if (c === '$') {
      const quote = rest[word.length + 1] === '$'
      check(within || !/^[0-9]/.test(word), 'an argument')
      if (quote && !within) until(`$${word}$`, word.length + 2, rest)
      else { check(within && word && !quote, 'a dollar'); at += word.length + 1 }
    } else if (binds && rest.startsWith('\\:') || rest.startsWith('::')) at += 2
    else if (binds && c === ':' && !within && /^[^0-9]/.test(word)) { names.push(word); at += word.length + 1 }
    else { check(c !== ';' && (open += c === '(' ? 1 : c === ')' ? -1 : 0) >= 0, 'a semicolon or parenthesis'); at++ }
  }
  check(open === 0, 'a parenthesis is open')
  return [...new Set(names)]
}

// read returns the payload as JSON, or throws Refused.
export function read(bytes) {
  check(bytes.length <= LIMIT.bytes, 'too long')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let pos = 0, claimed = 0, listed = 0, said = 0

  // Tokens.
  const peek = () => pos < bytes.length ? bytes[pos] : 0xc1
  const take = n => { check(n <= bytes.length - pos, 'it ends early'); pos += n; return pos - n }
  const big = (n, least) => { // n bytes, for numbers that need them
    const at = take(n), v = n === 8 ? view.getBigUint64(at) : BigInt([, view.getUint8(at), n > 1 && view.getUint16(at), , n > 2 && view.getUint32(at)][n])
    check(v >= least, 'not the shortest form')
    return v <= Number.MAX_SAFE_INTEGER ? Number(v) : v
  }
  const uint = () => {
    const c = bytes[take(1)]
    if (c < 0x80) return c
    check(c >= 0xcc && c <= 0xcf, 'expected a number')
    return big(1 << c - 0xcc, [0x80, 0x100, 0x10000, 0x100000000][c - 0xcc])
  }
  const int = () => {
    const c = peek()
    if (c >= 0xe0) return take(1), c - 0x100
    if (c < 0xd0 || c > 0xd3) { const v = uint(); check(v < 1n << 63n, 'beyond 64 bits'); return v }
    pos++
    const bits = 8 << c - 0xd0, v = BigInt.asIntN(bits, BigInt(big(bits / 8, 0)))
    check(v < [-32n, -128n, -32768n, -2147483648n][c - 0xd0], 'not the shortest form')
    return v >= Number.MIN_SAFE_INTEGER ? Number(v) : v
  }
  const length = (fixed, mask, codes, least) => {
    const c = bytes[take(1)]
    if (fixed >= 0 && (c & ~mask) === fixed) return c & mask
    const i = codes.indexOf(c)
    check(i >= 0, 'another token was expected')
    return big([1, 2, 4].at(i - codes.length), least[i])
  }
  const string = () => {
    const n = length(0xa0, 0x1f, [0xd9, 0xda, 0xdb], [32, 0x100, 0x10000]), at = take(n)
    try { return utf8.decode(bytes.subarray(at, at + n)) } catch { return refuse('no UTF-8') }
  }
  const bin = () => { const n = length(-1, 0, [0xc4, 0xc5, 0xc6], [0, 0x100, 0x10000]), at = take(n); return Buffer.from(bytes.subarray(at, at + n)) }
  const array = () => {
    const n = length(0x90, 0xf, [0xdc, 0xdd], [16, 0x10000])
    check((claimed += n) <= bytes.length, 'arrays of more than there is')
    return n
  }
  const isArray = () => peek() >> 4 === 9 || peek() === 0xdc || peek() === 0xdd
  const isString = c => c >> 5 === 5 || c >= 0xd9 && c <= 0xdb
  const isNil = () => peek() === 0xc0 && (pos++, true)
  const flag = () => check(bytes[take(1)] === 0xc3, 'expected true')
  const upTo = most => { const v = uint(); check(v <= most, `${v}, the most is ${most}`); return v }
  const index = list => { const v = uint(); check(v < list.length, `no number ${v}`); return v }
  const name = () => string() || refuse('empty text is absent')

  // Records and lists.
  const list = item => {
    const n = array()
    check(n > 0, 'an empty list is absent')
    check((listed += n) <= LIMIT.items, 'too many items')
    return Array.from({ length: n }, (_, i) => item(i))
  }
  const record = (...fields) => { // each [reader, required]; absent ones are undefined
    const n = array()
    check(n <= fields.length, 'more fields than there are')
    let gap = false
    const values = fields.map(([get, required], i) => {
      gap = i < n ? isNil() : gap
      if (i < n && !gap) return get()
      check(!required, 'a field is missing')
    })
    check(n === 0 || !gap, 'an absent last field is left out')
    return values
  }

  // Types and values.
  const type = nullable => {
    const kindOf = () => { const v = upTo(2 * TYPES.length - 1); check(nullable || v % 2 === 0, 'no such type'); return v }
    const json = v => v % 2 ? { type: TYPES[v >> 1], nullable: true } : { type: TYPES[v >> 1] }
    if (!isArray()) return json(kindOf())
    const positive = most => () => { const v = upTo(most); check(v > 0, '0 is absent'); return v }
    const [v, size, scale, isList, enumName, labels, host, schema] = record([kindOf, true], [positive(0xffffffff)], [positive(0xffff)],
      [() => (flag(), true)], [name], [() => list(string)], [name], [name])
    const more = { size, scale, array: isList, enum: enumName, labels, host, enum_schema: schema }, k = v >> 1
    check(Object.values(more).some(x => x !== undefined), 'a type of one part is its number')
    check(!size || k === 7 || k === 8, 'no size'), check(!scale || k === 7 && size, 'no scale')
    check(k === 18 || !enumName && !labels, 'no labels'), check(!schema || k === 18 && enumName && Buffer.byteLength(schema) <= LIMIT.name, 'no schema')
    const counted = s => { const n = Buffer.byteLength(s); return n + (n < 128 ? 1 : n < 16384 ? 2 : 3) }
    check(!labels || labels.length <= LIMIT.labels && [enumName ?? '', ...labels].reduce((n, s) => n + counted(s), 0) <= LIMIT.enum, 'too many labels')
    check(k !== 0 || !host, 'a type of the host of nothing known')
    return { ...json(v), ...Object.fromEntries(Object.entries(more).filter(([, x]) => x !== undefined)) }
  }
  const DAY = 86400000000n, FIRST = -719162n, END = 2932897n // 0001-01-01 and 10000-01-01
  const date = days => new Date(Number(days) * 86400000).toISOString().slice(0, 10)
  const clock = us => {
    const [h, m, s] = [us / 3600000000n, us / 60000000n % 60n, us / 1000000n % 60n].map(v => String(v).padStart(2, '0')), rest = us % 1000000n
    return `${h}:${m}:${s}${rest ? '.' + String(rest).padStart(6, '0') : ''}`
  }
  const value = () => {
    const c = peek()
    if (isNil()) return { value: 'null' }
    if (c === 0xc2 || c === 0xc3) return take(1), { value: 'boolean', is: c === 0xc3 }
    if (c === 0xcb) {
      const at = take(9) + 1, f = view.getFloat64(at)
      check(f === f || view.getBigUint64(at) === 0x7ff8000000000001n, 'not the one NaN')
      return { value: 'double', is: Object.is(f, -0) ? '-0' : Number.isFinite(f) ? f : String(f) }
    }
    if (isString(c)) return { value: 'text', is: string() }
    if (c >= 0xc4 && c <= 0xc6) return { value: 'large_binary', is: bin().toString('hex') }
    if (!isArray()) return { value: 'big_integer', is: String(int()) }
    const n = array(), kind = upTo(255), within = (v, from, to) => { check(v >= from && v < to, 'out of range'); return v }
    check(n === (kind === 15 ? 4 : 2), 'no such value')
    switch (kind) {
      case 7: { const s = string(), digits = s.replace(/[-.]/g, '')
        check(/^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/.test(s) && !/^-[0.]*$/.test(s) && digits.length <= LIMIT.digits, 'no decimal')
        return { value: 'numeric', is: s } }
      case 11: return { value: 'date', is: date(within(BigInt(int()), FIRST, END)) }
      case 12: return { value: 'time', is: clock(within(BigInt(int()), 0n, DAY)) }
      case 13: case 14: { const v = within(BigInt(int()), FIRST * DAY, END * DAY), us = (v % DAY + DAY) % DAY
        return { value: TYPES[kind], is: `${date((v - us) / DAY)}T${clock(us)}${kind === 14 ? 'Z' : ''}` } }
      case 15: { const m = int(), d = int(), us = int()
        for (const v of [m, d]) check(v >= -0x80000000 && v < 0x80000000, 'out of range')
        return { value: 'interval', is: [m, d, us].map(String) } }
      case 16: { const s = string()
        try { JSON.parse(s) } catch { refuse('no JSON') }
        const bare = s.replace(/"(\\.|[^"\\])*"/g, '')
        let deep = 0
        for (const c of bare) check((deep += c === '[' || c === '{' ? 1 : c === ']' || c === '}' ? -1 : 0) <= LIMIT.json, 'deep JSON')
        check(!/\s/.test(bare), 'white space in JSON')
        return { value: 'json', is: s } }
      case 17: { const b = bin(); check(b.length === 16, 'no UUID'); return { value: 'uuid', is: b.toString('hex') } }
    }
    refuse('no such value')
  }

  // Manifest.
  check(array() === 4, 'expected four parts'), check(string() === 'sqlser/1', 'another format')
  check(Array.from({ length: array() }, name).length === 0, 'an unknown feature')
  let before, references = 0
  const refer = n => check((references += n) <= LIMIT.references, 'too many references')
  const names = () => { const l = list(name); refer(l.length); return l }
  const table = () => {
    let columns = []
    const [tableName, , schema, stable] = record([name, true], [() => {
      const n = array()
      check(n > 0 && n % 2 === 0, 'columns and types'), check((listed += n) <= LIMIT.items, 'too many items'), refer(n / 2)
      columns = Array.from({ length: n / 2 }, () => ({ name: name(), ...type(true) }))
    }], [() => {
      if (peek() === 0xc3) return flag(), check(before, 'no schema before'), before
      const l = list(name)
      check(JSON.stringify(l) !== JSON.stringify(before), 'the schema before is true')
      return l
    }], [name], [() => {
      const ids = list(string)
      check(ids.length === columns.length && ids.some(id => id), 'stable ids of the columns')
      ids.forEach((id, i) => { if (id) columns[i].stable = id })
    }])
    before = schema
    return { name: tableName, columns, schema, stable }
  }
  const parameter = () => {
    const given = () => { const v = value(); check(v.value !== 'null', 'NULL is no such value'); return v }
    const [n, t, d, min, max, oneOf, doc, bound] = record([name, true], [type, true], [() => (check(array() === 1, 'one default'), value())],
      [given], [given], [() => list(given)], [name], [() => (flag(), true)])
    check(Buffer.byteLength(n) <= LIMIT.name && (!doc || Buffer.byteLength(doc) <= LIMIT.name), 'a long name')
    check(!oneOf || oneOf.length <= LIMIT.oneOf, 'too many values'), check(!bound || d, 'bound to nothing')
    return { name: n, type: t, default: d, min, max, enum: oneOf, doc, bound }
  }
  const counted = item => () => { const l = list(item); refer(l.length); return l }
  const declared = []
  const [kind, size, depth, tables = [], functions = [], parameters = [], texts = [], results = [], slot, grants = [], optional = [], entities = [], attributes = [], relationships = []] = record(
    [() => upTo(255), true], [() => upTo(LIMIT.size), true], [() => upTo(LIMIT.depth), true], [counted(table)], [names], [counted(() => { const p = parameter(); declared.push(p); return p })],
    [() => list(name)], [() => list(() => isArray() ? record([type, true], [() => isString(peek()) ? name() : uint()]) : uint())],
    [() => record([() => { const k = uint(); check(k === 1 || k === 2, 'no slot'); return k }, true], [name, true])], [names],
    [() => list(() => index(declared))],
    [counted(() => { const [n, stable] = record([name, true], [name]); return { name: n, stable } })],
    [counted(() => { const [n, entity, t, stable] = record([name, true], [uint, true], [() => type(true), true], [name]); return { name: n, entity, ...t, stable } })],
    [counted(() => { const [n, entity, target, many, stable] = record([name, true], [uint, true], [uint, true], [() => (flag(), true)], [name]); return { name: n, entity, target, many, stable } })])
  check(optional.every((v, i) => i === 0 || v > optional[i - 1]), 'what needs no value is not in order')
  check([...attributes, ...relationships].every(m => m.entity < entities.length && !(m.target >= entities.length)), 'no such entity')
  check(distinct(tables.map(t => JSON.stringify([t.schema, t.name]))) && tables.every(t => distinct(t.columns.map(c => c.name))), 'a table twice')
  check(distinct(entities.map(e => e.name)) && distinct([...attributes, ...relationships].map(m => m.entity + '.' + m.name)), 'an entity twice')
  check(distinct(functions) && distinct(parameters.map(p => p.name)) && distinct(texts) && isSorted(grants), 'a list of the manifest')

  // The tree. A node is {node, ...fields}; beside it stand its size, depth and the names of its columns.
  const sources = [], used = { columns: tables.map(() => 0), tables: 0, functions: 0, parameters: 0, texts: 0, entities: 0, attributes: 0, relationships: 0 }
  const about = new WeakMap(), excluded = new Set(), needs = new Set()
  const first = (what, list) => { // numbers are given by first use
    const i = index(list)
    check(i <= used[what], `${what} are not in order`)
    if (i === used[what]) used[what]++
    return i
  }
  const ofEntity = i => { check(i <= used.entities, 'entities are not in order'); if (i === used.entities) used.entities++ }
  const known = new Set()
  const numbered = i => {
    if (i === sources.length && used.tables < tables.length) {
      const n = { node: 'table', table: used.tables }
      about.set(n, { op: 17, size: 1, depth: 1, table: used.tables++ })
      sources.push(n)
    }
    check(i < sources.length, `no source ${i}`)
    return sources[i]
  }
  const use = () => {
    if (!isArray()) return numbered(uint())
    const n = node(), { op } = about.get(n)
    check(SOURCES.has(op) && op !== 17, 'expected a source')
    sources.push(n)
    return n
  }
  const from = () => { // a source or a join
    if (!isArray()) return numbered(uint())
    const n = node(), { op } = about.get(n)
    check(SOURCES.has(op) && op !== 17 || op === 20 || op === 52, 'it cannot stand in FROM')
    if (op !== 20 && op !== 52) sources.push(n)
    return n
  }
  const columnOf = (source, i) => {
    const a = about.get(source)
    check(i < (a.table === undefined ? a.names : tables[a.table].columns).length, 'no such column')
    if (a.table !== undefined) {
      check(i <= used.columns[a.table], 'columns are not in order')
      if (i === used.columns[a.table]) used.columns[a.table]++
    }
    const n = { node: 'column', source: sources.indexOf(source), column: i }
    about.set(n, { op: 3, size: 1, depth: a.depth + 1, table: a.table, name: a.table === undefined ? a.names[i] : tables[a.table].columns[i].name })
    return n
  }
  const near = () => { const v = uint(); return columnOf(numbered(Number(BigInt(v) % 16n)), Number(BigInt(v) / 16n)) }
  const far = () => {
    const [source, i] = record([() => check(upTo(255) === 3, 'no column'), true], [() => { check(peek() >= 16, 'it is one number'); return use() }, true], [uint, true]).slice(1)
    return columnOf(source, i)
  }
  const column = () => isArray() ? far() : near()
  const expression = () => {
    const c = peek()
    if (isArray()) return node()
    if (c < 0x80 || c >= 0xcc && c <= 0xcf) return near()
    check(c !== 0xc0 && c < 0xd0 || isString(c), 'expected a node')
    const n = { node: 'literal', value: value() }
    about.set(n, { op: 1, size: 1, depth: 1 })
    return n
  }
  const node = () => {
    const start = pos, n = array()
    check(n > 0 && peek() < 0x80 && KINDS[peek()], 'no node kind')
    const op = peek()
    if (op === 3) { pos = start; claimed -= n; return far() }
    pos++
    const a = { op, size: 1, depth: 0 }, out = { node: NAMES[op] }
    const add = (child, named) => { const b = about.get(child); a.size += named ? 0 : b.size; a.depth = Math.max(a.depth, named ? b.depth - 1 : b.depth); return child }
    const one = f => {
      switch (f.what[0]) {
        case 'c': { const v = upTo(+f.what.slice(1)); check(v > 0, '0 is absent'); return v }
        case 'f': return flag(), true
        case 's': { const t = texts[first('texts', texts)]; check((said += Buffer.byteLength(t)) <= LIMIT.bytes, 'too much text'); return t }
        case 't': { const t = type(); check(t.type !== 'unknown' || t.array, 'the unknown type is absent'); return t }
        case 'v': return value()
        case 'U': return functions[first('functions', functions)]
        case 'P': return parameters[first('parameters', parameters)].name
        case 'T': { check(uint() === used.tables && used.tables < tables.length, 'tables are not in order'); return a.table = used.tables++ }
        case 'E': return a.entity = first('entities', entities)
        case 'A': { const i = first('attributes', attributes); ofEntity(attributes[i].entity); return i }
        case 'R': { const i = first('relationships', relationships); ofEntity(relationships[i].entity), ofEntity(relationships[i].target); return i }
        case 'o': {
          const s = add(use()), b = about.get(s)
          if (f.name === 'rows') return check(a.of.op === 49 && b.entity === undefined, 'rows of an entity'), s
          if (f.name === 'table') a.target = b
          return a.of = b, s
        }
        case 'F': return add(from())
        case 'C': return a.target?.entity === undefined ? add(column(), true) : one({ what: 'A' })
      }
      const x = add(expression()), b = about.get(x)
      const ok = { q: QUERIES.has(b.op), S: STATEMENTS.has(b.op), b: !b.vanish && b.op !== 51, k: !BESIDE.has(b.op) && b.op !== 51, e: !b.vanish && !BESIDE.has(b.op) && b.op !== 51,
        i: !b.vanish && !BESIDE.has(b.op), r: b.op === 52, l: b.op === 54 }[f.what]
      check(ok && ('qSrl'.includes(f.what) || !SOURCES.has(b.op) && !STATEMENTS.has(b.op) && ![20, 52, 54].includes(b.op)), `a ${x.node} cannot stand here`)
      if (f.name === 'query' || f.name === 'anchor') a.of = b
      if ('ebkirl'.includes(f.what)) { // a query's windows and labels are its own
        a.windows ||= b.op === 23 || b.windows
        if (b.op === 16) (a.refs ??= new Set()).add(x.name)
        else for (const name of b.refs ?? []) (a.refs ??= new Set()).add(name)
      }
      return x
    }
    const read = (fields, to, n) => {
      check(n <= fields.length, 'more fields than there are')
      let gap = false
      fields.forEach((f, i) => {
        gap = i < n ? isNil() : gap
        if (i >= n || gap) return check(f.optional, `${f.name} is missing`)
        const item = f.part ? () => { const part = {}; read(f.part, part, array()); return part } : () => one(f)
        to[f.name] = f.list ? list(item) : item()
      })
      check(n === 0 || !gap, 'an absent last field is left out')
      return to
    }
    read(KINDS[op].fields, out, n - 1)
    a.depth++
    about.set(out, a)
    normal(op, out, a)
    return out
  }

  // What a node must be, whatever the types; and the names of its columns, if it has some.
  const opOf = x => x && about.get(x).op
  const nameOf = i => i.label ?? (opOf(i.expr) === 3 ? about.get(i.expr).name : opOf(i.expr) === 12 ? i.expr.function :
    opOf(i.expr) === 50 ? attributes[i.expr.attribute].name : opOf(i.expr) === 51 ? wholeName(i.expr) : '')
  const entityOf = s => about.get(s).entity
  const wholeName = n => { const s = n.source; return s.node === 'entity' ? entities[s.entity].name : s.name ?? '' }
  const bound = x => check(!x || opOf(x) === 2 && /^(small_|big_)?integer$/.test(parameters.find(p => p.name === x.parameter).type.type) && !parameters.find(p => p.name === x.parameter).type.array ||
    opOf(x) === 1 && x.value?.value === 'big_integer' && x.value.is[0] !== '-' || ![1, 2, 3, 23].includes(opOf(x)) && !about.get(x).windows && !about.get(x).refs?.size, 'no limit')
  const plainRows = (...l) => l.flat().forEach(x => check(!x || opOf(x) !== 23 && !about.get(x).windows, 'a window function where there are no rows to see'))
  const keys = (l = []) => l.forEach(x => check(opOf(x.expr ?? x) !== 1, 'a plain value orders and groups nothing'))
  const window = w => {
    keys(w.partition_by), keys(w.order_by)
    check(w.unit !== 3 || w.order_by, 'groups without an order'), check(w.unit !== 2 || !w.start_offset && !w.end_offset || w.order_by?.length === 1, 'a range of keys')
    if (!w.unit) return check(!w.exclude && !w.start && !w.end && !w.start_offset && !w.end_offset, 'a frame without a unit')
    check(w.start && w.end && w.start <= w.end && w.start < 5 && w.end > 1, 'no frame')
    for (const e of ['start', 'end']) check((w[e] === 2 || w[e] === 4) === !!w[e + '_offset'], 'an offset'), check([undefined, 1, 2].includes(opOf(w[e + '_offset'])), 'no offset')
  }
  const data = b => { // one value of MessagePack
    const size = (at, n) => (check(at + n <= b.length, 'data ends early'), n ? b.readUIntBE(at, Math.min(n, 6)) : 0)
    const one = (at, depth) => { // returns where it ends
      check(at < b.length && depth <= 32, 'no data')
      const c = b[at], wide = [0xc4, 0xc5, 0xc6, 0xd9, 0xda, 0xdb, 0xdc, 0xdd].indexOf(c)
      if (c < 0x80 || c >= 0xe0 || c === 0xc0 || c === 0xc2 || c === 0xc3) return at + 1
      if (c === 0xcb) return size(at + 1, 8), check(!Number.isNaN(b.readDoubleBE(at + 1)) || b.readBigUInt64BE(at + 1) === 0x7ff8000000000001n, 'not the one NaN'), at + 9
      if (c >= 0xcc && c <= 0xd3) {
        const n = 1 << (c & 3), v = (size(at + 1, n), BigInt('0x' + b.subarray(at + 1, at + 1 + n).toString('hex')))
        check(c < 0xd0 ? v >= [0x80n, 0x100n, 0x10000n, 0x100000000n][c & 3] : BigInt.asIntN(8 * n, v) < [-32n, -128n, -32768n, -2147483648n][c & 3], 'not the shortest form')
        return at + 1 + n
      }
      check(c >= 0x90 && c < 0xc0 || wide >= 0, 'no token of data')
      const n = wide < 0 ? 0 : [1, 2, 4, 1, 2, 4, 2, 4][wide], length = n ? size(at + 1, n) : c & (c < 0xa0 ? 0xf : 0x1f), from = at + 1 + n
      check(!n || length >= [0, 0x100, 0x10000, 32, 0x100, 0x10000, 16, 0x10000][wide], 'not the shortest form')
      if (c < 0xa0 || wide > 5) {
        let end = from
        check(length <= b.length - from && depth < 32 || length === 0, 'no data')
        for (let i = 0; i < length; i++) end = one(end, depth + 1)
        return end
      }
      size(from, length && 1), check(from + length <= b.length, 'data ends early')
      if (c < 0xc0 || wide > 2) try { utf8.decode(b.subarray(from, from + length)) } catch { refuse('no UTF-8') }
      return from + length
    }
    check(b.length <= 65536 && one(0, 0) === b.length, 'no data')
  }
  const normal = (op, n, a) => {
    for (const k of ['name', 'label']) check(!(k in n) || op === 42 || Buffer.byteLength(n[k]) <= LIMIT.name, 'a long name')
    const items = n.columns && op === 21 ? n.columns : n.returning
    for (const i of items ?? []) check(!(opOf(i.expr) === 3 && about.get(i.expr).name === i.label) && Buffer.byteLength(i.label ?? '') <= LIMIT.name, 'a label')
    for (const j of op === 20 ? [n] : n.joins ?? []) check(opOf(j.target ?? j.right) === 52 && j.kind !== 4 ? !j.on : (j.kind === 4) === !j.on, 'a condition of a join'), plainRows(j.on)
    if (op === 21 || op === 37 || op === 38) plainRows(n.where, n.having, n.group_by ?? [], (n.set ?? []).map(s => s.value))
    bound(n.limit), bound(n.offset)
    if (op === 49) a.names = [], check(!known.has(a.entity), 'an entity twice'), known.add(a.entity)
    if (a.of && (op === 18 || op === 39)) a.entity = a.of.entity
    if (a.of && (op === 18 || op === 30 || op === 39)) a.table = a.of.table
    if (items) a.names = items.map(nameOf), a.whole = items.some(i => opOf(i.expr) === 51)
    for (const f of [n.from, n.lock_of, n.correlate_of, n.with, n.using, (n.raw ?? []).map(r => r.of)]) check(!Array.isArray(f) || f.every(x => opOf(x) !== 52), 'a relationship is joined')
    if (op === 19 || op === 25 || op === 26) {
      a.names = a.of.names ?? []
      check(!a.of.whole, 'a whole entity'), check(a.names.length > 0 && distinct(a.names) && !a.names.includes(''), 'columns without names of their own')
    } else if (a.of && op !== 36 && op !== 37 && op !== 38) a.names = a.of.names
    switch (op) {
      case 1: check(n.value?.value !== 'null' && (n.as || !['text', 'large_binary', 'double', 'boolean'].includes(n.value?.value)), 'it is its value alone'); break
      case 4: check(opOf(n.left) !== 45, 'ANY or ALL on the left'); break
      case 6: check(n.terms.length > 1 && n.terms.every(t => opOf(t) !== 6 || !t.or !== !n.or), 'not flat'), a.vanish = n.terms.every(t => about.get(t).vanish); break
      case 7: check(!n.list || !n.query, 'a list and a query'), check(!n.query || opOf(n.x) === 44 || a.of.names.length === 1, 'a query of one column'); break
      case 9: check(!n.escape || n.op < 3 && /^[!#$&*+,\-./:;<=>?@^|~`]$/.test(n.escape), 'no escape'); break
      case 12:
        if (n.returns) needs.add('function:' + n.function)
        if (n.data) check(n.data.value === 'large_binary' && !n.returns, 'no data'), data(Buffer.from(n.data.is, 'hex'))
        break
      case 14: check(a.of.names.length === 1, 'a query of one column'); break
      case 21: {
        const s = { ...n }
        keys(s.group_by), keys(s.order_by), keys(s.distinct_on)
        check(!s.distinct || !s.distinct_on, 'DISTINCT twice'), check(!s.with_ties || s.limit, 'WITH TIES'), check(s.lock || !s.lock_of && !s.lock_wait, 'a lock')
        check(s.correlate || !s.correlate_of, 'a correlation'), check(distinct((s.windows ?? []).map(w => w.name)), 'two windows of a name')
        ;(s.windows ?? []).forEach(w => (window(w), plainRows(w.partition_by ?? [], (w.order_by ?? []).map(o => o.expr))))
        check([...s.lock_of ?? [], ...s.correlate_of ?? []].every(x => SOURCES.has(opOf(x))), 'no source')
        check((s.with ?? []).every(x => [25, 27].includes(opOf(x))) && distinct(s.with ?? []), 'no CTE')
        for (const r of s.raw ?? []) rawText(r.text, false), check((r.place === 3) === !!r.of && [undefined, 'sqlite', 'postgres', 'mysql', 'mariadb'].includes(r.dialect), 'raw text')
        for (const o of s.options ?? []) {
          const of = o.related?.source ?? o.attributes?.[0].source
          check(o.kind === 8 || s.columns.some(i => opOf(i.expr) === 51 && i.expr.source === of), 'an option of what is not loaded')
        }
        if (s.raw) needs.add('raw')
        for (const x of [...s.group_by ?? [], ...s.distinct_on ?? [], s.having, ...(s.order_by ?? []).map(o => o.expr)]) {
          for (const r of opOf(x) === 16 ? [x.name] : x && about.get(x).refs || []) check(a.names.filter(m => m === r).length === 1, 'no such label')
        }
        break
      }
      case 23: check(opOf(n.call) === 12 && !a.windows, 'over a call'), n.window ? check(!Object.keys(n).some(k => !['node', 'call', 'window'].includes(k)), 'a named window') : window(n); break
      case 24: check(n.sets.every(s => (s.keys ?? []).every(k => opOf(k) !== 24)), 'a grouping in another one'), check(n.sets.every(s => (keys(s.keys), n.kind === 3 || s.keys)) && (n.kind !== 2 || n.sets.length <= 12), 'no grouping'); break
      case 27: check(a.of.op === 26, 'no self'); break
      case 29: check(opOf(n.call) === 12 && !['distinct', 'filter', 'order_by', 'within_group'].some(k => n.call[k]), 'no plain call'), check(!n.ordinality || n.columns.length > 1, 'no ordinality'), check(!n.typed || n.call.returns && !n.ordinality && n.columns.every(c => c.type), 'no types')
      // falls through
      case 28: check(op === 29 || n.rows.every(r => r.cells?.length === n.columns.length), 'a cell a column')
      // falls through
      case 47: a.names = n.columns.map(c => c.name), check(op === 47 || distinct(a.names), 'two columns of a name'); break
      case 30: check(a.of.op !== 30 && a.table !== undefined, 'a sample of no table'); break
      case 31: {
        const q = n.queries.map(x => about.get(x)), f = n.queries[0]
        check(q.length > 1 && q.every(x => !x.whole && x.names.length === q[0].names.length), 'queries of as many columns')
        check(q[0].op !== 31 || f.op !== n.op || f.order_by || f.limit || f.offset, 'not flat')
        a.names = q[0].names
        for (const o of n.order_by ?? []) check(opOf(o.expr) === 16 && a.names.filter(m => m === o.expr.name).length === 1, 'no such label')
        break
      }
      case 32: check(/^[-+*/<>=~!@#%^&|`?]{1,63}$/.test(n.op) && !/--|\/\*/.test(n.op), 'no operator'), needs.add('raw'); break
      case 33: case 34: check(n.unit <= 7 || n.unit === 11, 'no unit'); break
      case 36: case 37: case 38: {
        const entity = about.get(n.table)?.entity
        check([17, 18, 49].includes(opOf(n.table)) && (entity ?? about.get(n.table).table) !== undefined && n.table.rows === undefined, 'no table')
        if (op === 36) check(opOf(n.table) !== 18, 'an insert into an alias'), check(n.rows || n.query || !n.columns, 'no rows'), check(n.columns || (n.rows ?? []).length < 2, 'rows of no columns')
        check(!n.query || a.of.names.length === (n.columns ?? []).length, 'a query of as many columns'), check(!(n.from ?? n.using) || !n.order_by && !n.limit, 'an order beside other sources')
        plainRows((n.rows ?? []).flatMap(r => r.cells ?? []), (n.conflict_set ?? []).map(s => s.value), (n.returning ?? []).map(i => i.expr))
        check((n.returning ?? []).every(i => opOf(i.expr) !== 16 && !about.get(i.expr).refs?.size), 'a label in RETURNING')
        check(!n.rows || !n.query, 'rows and a query'), check((n.rows ?? []).every(r => (r.cells?.length ?? 0) === (n.columns?.length ?? 0)), 'a cell a column')
        check(!n.where || !n.all_rows, 'a condition, and all rows')
        check(n.on_conflict || !n.conflict_columns && !n.conflict_constraint && !n.conflict_among, 'no conflict'), check(!n.conflict_columns || !n.conflict_constraint, 'columns and a constraint')
        check(n.conflict_columns || !n.conflict_among, 'a condition of no columns'), check((n.on_conflict === 3) === !!n.conflict_set && (n.on_conflict === 3 || !n.conflict_where), 'values of a conflict')
        a.names ??= []
        const target = sources.indexOf(n.table), own = l => check((l ?? []).every(c => entity === undefined ? c.source === target : Number.isInteger(c)) && distinct((l ?? []).map(c => c.column ?? c)), 'columns of the table, none twice')
        for (const l of [n.columns, n.conflict_columns, n.set?.map(s => s.column), n.conflict_set?.map(s => s.column)]) own(l)
        break
      }
      case 39: check([17, 49].includes(a.of.op) && !excluded.has(a.of), 'an excluded row'), excluded.add(a.of); break
      case 20: check(opOf(n.left) !== 52, 'a relationship on the left'); break
      case 50: case 51: check(a.of.entity !== undefined, 'no entity'); break
      case 52: check(entityOf(n.source) === relationships[n.relationship].entity && (n.of_type === undefined || entityOf(n.of_type) !== undefined), 'no entity'); break
      case 54: {
        const only = n.kind === 6 || n.kind === 7, criteria = n.kind === 8
        check(only === !!n.attributes && criteria === (n.entity !== undefined) && criteria === !!n.where && (n.kind < 6) === !!n.related, 'no such option')
        check(!criteria || n.entity.node === 'entity' && !n.options, 'criteria of an entity')
        check(!n.options || n.kind !== 4 && !only && n.options.every(o => o.kind !== 8), 'options of an option')
        check((n.attributes ?? []).every(x => opOf(x) === 50 && x.source === n.attributes[0].source), 'attributes of one entity')
        break
      }
      case 41: check(n.path || n.as, 'no path'), check(opOf(n.x) !== 41 || n.x.as, 'a path of a path'); break
      case 44: check(n.items.length > 1, 'a short row'); break
      case 45: check(!n.query !== !n.array, 'a query or an array'); break
      case 46: needs.add('raw'), check(JSON.stringify(rawText(n.text, !n.verbatim)) === JSON.stringify((n.binds ?? []).map(b => b.name)), 'other binds'); break
      case 48: check(!parameters.find(p => p.name === n.parameter).default, 'a parameter that has a value'), a.vanish = true
    }
    if (op === 47) check(opOf(n.text) === 46, 'no text')
  }

  const root = expression(), a = about.get(root)
  check(pos === bytes.length, 'bytes behind the end')
  check(kind === a.op && size === a.size && depth === a.depth, `the manifest says ${kind} ${size} ${depth}, the tree ${a.op} ${a.size} ${a.depth}`)
  check(used.tables === tables.length && used.functions === functions.length && used.parameters === parameters.length && used.texts === texts.length &&
    used.entities === entities.length && used.attributes === attributes.length && used.relationships === relationships.length &&
    tables.every((t, i) => used.columns[i] === t.columns.length), 'what the tree does not use')
  const needed = new Set(), met = new Set()
  const need = v => { // what can be reached without entering a given
    if (v === null || typeof v !== 'object' || met.has(v) || v.node === 'given') return
    met.add(v)
    if (v.node === 'param') needed.add(v.parameter)
    if (v.node === 'column') need(sources[v.source])
    else Object.values(v).forEach(need)
  }
  need(root)
  check(JSON.stringify(optional) === JSON.stringify(parameters.flatMap((p, i) => needed.has(p.name) ? [] : [i])), 'other parameters need no value')
  check(JSON.stringify(grants) === JSON.stringify([...needs].sort(byteOrder)), 'other grants')
  const outs = STATEMENTS.has(a.op) ? a.names : [], items = a.op === 21 ? root.columns : root.returning
  const starts = tables.map((t, i) => tables.slice(0, i).reduce((n, u) => n + u.columns.length, 0)), all = tables.flatMap(t => t.columns)
  if (SOURCES.has(a.op)) sources.push(root)
  check(outs.length === results.length, 'other results')
  results.forEach((r, i) => {
    const item = items?.[i], c = item && opOf(item.expr) === 3 && about.get(item.expr).table !== undefined && item.label === undefined ? item.expr : null
    check(Array.isArray(r) ? !c : c && r === starts[about.get(c).table] + c.column, 'another result')
    if (!Array.isArray(r)) return results[i] = { name: all[r].name, column: r }
    const own = typeof r[1] === 'string'
    check(own ? !texts.includes(r[1]) : r[1] === undefined || r[1] < texts.length, 'a name is the number of a text')
    const named = own ? r[1] : texts[r[1]] ?? ''
    check(!item?.label || item.label === named, 'another label')
    if (item && !item.label && opOf(item.expr) === 50) {
      const { name: n, entity, nullable, stable, ...t } = attributes[item.expr.attribute]
      check(named === n && JSON.stringify(t) === JSON.stringify(r[0]), 'another attribute')
    }
    if (item && !item.label && opOf(item.expr) === 51) check(named === wholeName(item.expr) && JSON.stringify(r[0]) === '{"type":"unknown"}', 'another entity')
    results[i] = { name: named, type: r[0] }
  })

  // As JSON.md has it: a source is its number, and what is empty is left out.
  const body = n => Object.fromEntries(Object.entries(n).map(([k, v]) => [k, json(v)]))
  const json = v => Array.isArray(v) ? v.map(json) : v === null || typeof v !== 'object' ? v : SOURCES.has(about.get(v)?.op) ? sources.indexOf(v) : body(v)
  const some = l => l.length ? l : undefined
  return { format: 'sqlser/1', kind: NAMES[kind], size, depth, tables: some(tables.map(t => ({ ...t, columns: some(t.columns) }))), functions: some(functions),
    parameters: some(parameters), results: some(results), slot: slot && { kind: [, 'session', 'engine'][slot[0]], name: slot[1] }, grants: some(grants), optional: some(optional.map(i => parameters[i].name)),
    entities: some(entities), attributes: some(attributes), relationships: some(relationships),
    sources: some(sources.map(body)), root: json(root) }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  for await (const line of createInterface({ input: process.stdin })) {
    let out
    try { out = read(Uint8Array.from(Buffer.from(line.trim(), 'hex'))) } catch (e) {
      if (!(e instanceof Refused)) throw e
      out = { error: e.message }
    }
    process.stdout.write(JSON.stringify(out) + '\n')
  }
}
