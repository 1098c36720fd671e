package serializer

import (
	"bytes"

	"github.com/vmihailenco/msgpack/v5"

	"github.com/sqlser/sqlser/engine/expr"
)

// EncodeData writes a value of the host's as the data of a call ([expr.Expr.WithData]): as
// msgpack/v5 writes it, structs as arrays of their fields in order. What has no one form
// there, such as maps, and floats of 32 bits, is an *[expr.Error].
func EncodeData(v any) ([]byte, error) {
	var b bytes.Buffer
	e := msgpack.GetEncoder()
	defer msgpack.PutEncoder(e)
	e.Reset(&b)
	e.UseArrayEncodedStructs(true)
	e.UseCompactInts(true)
	if err := e.Encode(v); err != nil {
		return nil, &expr.Error{Code: expr.CodeValue, Reason: "data: " + err.Error()}
	}
	if err := expr.CheckData(b.Bytes()); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// DecodeData reads what EncodeData wrote into a pointer. The bytes are held to what data
// may be before msgpack/v5 sees them, whoever wrote them. The error is an *[expr.Error].
func DecodeData(b []byte, into any) error {
	if err := expr.CheckData(b); err != nil {
		return err
	}
	d := msgpack.GetDecoder()
	defer msgpack.PutDecoder(d)
	d.Reset(bytes.NewReader(b))
	if err := d.Decode(into); err != nil {
		return &expr.Error{Code: expr.CodeValue, Reason: "data: " + err.Error()}
	}
	return nil
}
