package serializer

// A record is an array of fields in a fixed order. A field that is absent is
// nil, and left out where no present one follows: so that a field added at the
// end changes no bytes that were written before it was. Nodes, their parts and
// the manifest's entries are records.

// recordWriter writes one record; it patches the header when the length is known.
type recordWriter struct {
	at     int // of the header
	count  int // elements written
	absent int // fields held back until a present one follows
}

func openRecord(b []byte) (recordWriter, []byte) {
	return recordWriter{at: len(b)}, append(b, 0)
}

// field makes room for the next field; if it is present, its value must follow.
func (r *recordWriter) field(b []byte, present bool) []byte {
	if !present {
		r.absent++
		return b
	}
	for ; r.absent > 0; r.absent-- {
		b = appendNil(b)
		r.count++
	}
	r.count++
	return b
}

func (r *recordWriter) close(b []byte) []byte {
	if r.count < 16 {
		b[r.at] = codeFixedArrayLow | byte(r.count)
		return b
	}
	header := appendArray(nil, r.count) // more than the byte kept free can count
	b = append(b, header[1:]...)
	copy(b[r.at+len(header):], b[r.at+1:])
	copy(b[r.at:], header)
	return b
}

// recordReader reads one record.
type recordReader struct {
	left int
	gap  bool // the last element was nil
}

func (s *scanner) openRecord() recordReader { return recordReader{left: s.array()} }

// field reports whether the next field is present; then its value must be read.
func (s *scanner) field(r *recordReader) bool {
	if s.err != nil || r.left == 0 {
		return false
	}
	r.left--
	r.gap = s.isNil()
	return !r.gap
}

// required is field for one that is never absent.
func (s *scanner) required(r *recordReader, name string) {
	if r.left > 0 && s.pos < len(s.s) && s.s[s.pos] != codeNil { // after an error nothing is left of s
		r.left--
		r.gap = false
		return
	}
	if !s.field(r) {
		s.missing(name)
	}
}

func (s *scanner) missing(name string) { s.fail(syntaxf("%s is missing", name)) }

func (s *scanner) closeRecord(r *recordReader) {
	if r.left > 0 || r.gap {
		s.untidy(r)
	}
}

func (s *scanner) untidy(r *recordReader) {
	if r.left > 0 {
		s.fail(syntaxf("%d more fields than this version knows", r.left))
	} else {
		s.fail(canonicalf("an absent last field must be left out"))
	}
}
