package jwt

import (
	"errors"
	"testing"
)

const joe = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"

// The examples of RFC 7515, appendix A, and RFC 8037, appendix A.4.
func TestRFCSignatures(t *testing.T) {
	for _, c := range []struct{ name, key, header, payload, signature string }{
		{"RFC 7515 A.2", `{"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"}`,
			"eyJhbGciOiJSUzI1NiJ9", joe,
			"cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"},
		{"RFC 7515 A.3", `{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}`,
			"eyJhbGciOiJFUzI1NiJ9", joe, "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"},
		{"RFC 7515 A.4", `{"kty":"EC","crv":"P-521","x":"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk","y":"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2"}`,
			"eyJhbGciOiJFUzUxMiJ9", "UGF5bG9hZA", "AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn"},
		{"RFC 8037 A.4", `{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`,
			"eyJhbGciOiJFZERTQSJ9", "RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc", "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"},
	} {
		k, err := parseKey([]byte(c.key))
		if err != nil {
			t.Errorf("%s: key: %v", c.name, err)
			continue
		}
		parts, err := cut(c.header + "." + c.payload + "." + c.signature)
		if err != nil {
			t.Fatal(err)
		}
		h, err := parseHeader(parts.header)
		if err != nil || !k.fits(h.algorithm) {
			t.Errorf("%s: header: %v", c.name, err)
			continue
		}
		s, err := decode(parts.signature, "signature")
		if err != nil || !h.algorithm.verify(k.public, parts.signed, s) {
			t.Errorf("%s: the signature is refused (%v)", c.name, err)
		}
		for i := range s {
			s[i] ^= 1
			if h.algorithm.verify(k.public, parts.signed, s) {
				t.Errorf("%s: accepted with byte %d changed", c.name, i)
			}
			s[i] ^= 1
		}
		if h.algorithm.verify(k.public, parts.signed+"x", s) {
			t.Errorf("%s: the signature of another text is accepted", c.name)
		}
	}
}

// The example of RFC 7519, 3.1, and the unsecured one of 6.1, which nobody may accept.
func TestRFC7519Examples(t *testing.T) {
	token, err := parsePayload(joe)
	if err != nil || token.Issuer() != "joe" || token.Expires().Unix() != 1300819380 {
		t.Errorf("claims: %+v, %v", token, err)
	}
	if got := token.HTTPClaims()["http://example.com/is_root"]; got != "true" {
		t.Errorf("is_root is %q", got)
	}
	i := newIssuer(t, jwk("p256"))
	v := i.verifier(t, newClock(), func(c *Config) { c.KeyIDOptional = true })
	for _, c := range []struct{ token, says string }{
		{"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + joe + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "signing method HS256 is invalid"},
		{"eyJhbGciOiJub25lIn0." + joe + ".", "signing method none is invalid"},
	} {
		_, err := v.Verify(t.Context(), c.token)
		var e *Error
		if !errors.As(err, &e) || e.Reason != BadAlgorithm || e.Description != c.says {
			t.Errorf("%v, want %q", err, c.says)
		}
	}
}
