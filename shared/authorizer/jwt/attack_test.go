package jwt

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"strconv"
	"strings"
	"testing"
	"time"
)

// attack is a token that must be refused, and for what.
type attack struct {
	name, token string
	want        Reason
}

// hmacWith signs with a key that everybody knows: the confusion of algorithms.
func hmacWith(secret []byte, header, payload string) string {
	signed := b64([]byte(header)) + "." + b64([]byte(payload))
	m := hmac.New(sha256.New, secret)
	m.Write([]byte(signed))
	return signed + "." + b64(m.Sum(nil))
}

// resigned puts another signature to a good token.
func resigned(token string, signature []byte) string {
	return token[:strings.LastIndexByte(token, '.')+1] + b64(signature)
}

func attacks(i *issuer) []attack {
	good := i.claims()
	token := raw("p256", "ES256", es256, good)
	parts := strings.Split(token, ".")
	sign := func(header string) string { return raw("p256", "ES256", header, good) }
	claim := func(members ...string) string { return raw("p256", "ES256", es256, i.claims(members...)) }
	payload := func(p string) string { return raw("p256", "ES256", es256, p) }
	at := func(d time.Duration) string { return strconv.FormatInt(start.Add(d).Unix(), 10) }

	rsaPublic := testKeys()["rsa"].Public().(*rsa.PublicKey)
	der, _ := x509.MarshalPKIXPublicKey(rsaPublic)
	pemKey := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	hs := `{"alg":"HS256","kid":"rsa"}`

	ec := testKeys()["p256"].(*ecdsa.PrivateKey)
	signed := parts[0] + "." + parts[1]
	r, s, _ := ecdsa.Sign(rand.Reader, ec, digest(crypto.SHA256, signed))
	asDER, _ := asn1.Marshal(struct{ R, S *big.Int }{r, s})
	full := append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
	n := ec.Params().N
	beyond := append(new(big.Int).Add(r, n).FillBytes(make([]byte, 33)), s.FillBytes(make([]byte, 33))...)
	own := jwk("p256b", "kid", "p256")
	rsaToken := raw("rsa", "RS256", `{"alg":"RS256","kid":"rsa"}`, good)
	flip := func(segment string, at int) string {
		b, _ := alphabet.DecodeString(segment)
		b[at] ^= 1
		return b64(b)
	}
	standard := func(b []byte) string { return base64.StdEncoding.EncodeToString(b) }
	trailing := parts[2][:len(parts[2])-1] + nextLetter(parts[2][len(parts[2])-1])

	return []attack{
		// Algorithms.
		{"none", b64([]byte(`{"alg":"none","kid":"p256"}`)) + "." + parts[1] + ".", BadAlgorithm},
		{"none with a signature", b64([]byte(`{"alg":"none","kid":"p256"}`)) + "." + parts[1] + "." + parts[2], BadAlgorithm},
		{"None", sign(`{"alg":"None","kid":"p256"}`), BadAlgorithm},
		{"NONE", sign(`{"alg":"NONE","kid":"p256"}`), BadAlgorithm},
		{"nOnE", sign(`{"alg":"nOnE","kid":"p256"}`), BadAlgorithm},
		{"none with a space", sign(`{"alg":"none ","kid":"p256"}`), BadAlgorithm},
		{"no algorithm", sign(`{"kid":"p256"}`), BadAlgorithm},
		{"empty algorithm", sign(`{"alg":"","kid":"p256"}`), BadAlgorithm},
		{"algorithm null", sign(`{"alg":null,"kid":"p256"}`), BadAlgorithm},
		{"algorithm a list", sign(`{"alg":["ES256"],"kid":"p256"}`), BadAlgorithm},
		{"algorithm a number", sign(`{"alg":256,"kid":"p256"}`), BadAlgorithm},
		{"algorithm in lower case", sign(`{"alg":"es256","kid":"p256"}`), BadAlgorithm},
		{"ES256K", sign(`{"alg":"ES256K","kid":"p256"}`), BadAlgorithm},
		{"an encryption algorithm", sign(`{"alg":"RSA-OAEP","enc":"A256GCM","kid":"p256"}`), BadAlgorithm},
		{"HS256 over the PEM of the RSA key", hmacWith(pemKey, hs, good), BadAlgorithm},
		{"HS256 over the PEM without its line break", hmacWith(bytes.TrimSpace(pemKey), hs, good), BadAlgorithm},
		{"HS256 over the DER of the RSA key", hmacWith(der, hs, good), BadAlgorithm},
		{"HS256 over the modulus", hmacWith(rsaPublic.N.Bytes(), hs, good), BadAlgorithm},
		{"HS256 over the JWK", hmacWith([]byte(jwk("rsa")), hs, good), BadAlgorithm},
		{"HS256 over nothing", hmacWith(nil, hs, good), BadAlgorithm},
		{"HS512 with the kid of an RSA key", hmacWith(pemKey, `{"alg":"HS512","kid":"rsa"}`, good), BadAlgorithm},
		{"RS256 claimed with the EC key", sign(`{"alg":"RS256","kid":"p256"}`), UnknownKey},
		{"ES256 claimed with the RSA key", raw("rsa", "RS256", `{"alg":"ES256","kid":"rsa"}`, good), UnknownKey},
		{"ES384 claimed with the P-256 key", sign(`{"alg":"ES384","kid":"p256"}`), UnknownKey},
		{"EdDSA claimed with the EC key", sign(`{"alg":"EdDSA","kid":"p256"}`), UnknownKey},
		{"PS256 claimed, RS256 signed", raw("rsa", "RS256", `{"alg":"PS256","kid":"rsa"}`, good), BadSignature},
		{"RS512 claimed, RS256 signed", raw("rsa", "RS256", `{"alg":"RS512","kid":"rsa"}`, good), BadSignature},
		{"RS256 with a key for RS512 only", raw("rsa2", "RS256", `{"alg":"RS256","kid":"rsa2"}`, good), UnknownKey},

		// Keys that the token brings along.
		{"jwk in the header", raw("p256b", "ES256", `{"alg":"ES256","kid":"p256","jwk":`+own+`}`, good), BadSignature},
		{"jwk in the header without kid", raw("p256b", "ES256", `{"alg":"ES256","jwk":`+own+`}`, good), UnknownKey},
		{"jku in the header", raw("p256b", "ES256", `{"alg":"ES256","kid":"evil","jku":"`+i.URL+`/evil/jwks.json"}`, good), UnknownKey},
		{"x5u in the header", raw("p256b", "ES256", `{"alg":"ES256","kid":"p256","x5u":"`+i.URL+`/cert"}`, good), BadSignature},
		{"x5c in the header", raw("p256b", "ES256", `{"alg":"ES256","kid":"p256","x5c":["`+standard(der)+`"]}`, good), BadSignature},
		{"x5t in the header", raw("p256b", "ES256", `{"alg":"ES256","x5t":"abc"}`, good), UnknownKey},

		// Identifiers of keys.
		{"kid of another key", sign(`{"alg":"ES256","kid":"p384"}`), UnknownKey},
		{"kid unknown", sign(`{"alg":"ES256","kid":"nobody"}`), UnknownKey},
		{"kid a path", sign(`{"alg":"ES256","kid":"../../../../dev/null"}`), UnknownKey},
		{"kid a command", sign(`{"alg":"ES256","kid":"p256|whoami"}`), UnknownKey},
		{"kid an SQL expression", sign(`{"alg":"ES256","kid":"x' UNION SELECT 'key';--"}`), UnknownKey},
		{"kid an address", sign(`{"alg":"ES256","kid":"` + i.URL + `/evil"}`), UnknownKey},
		{"kid with a zero byte", sign(`{"alg":"ES256","kid":"p256\u0000"}`), UnknownKey},
		{"kid in another case", sign(`{"alg":"ES256","kid":"P256"}`), UnknownKey},
		{"kid empty", sign(`{"alg":"ES256","kid":""}`), UnknownKey},
		{"kid missing", sign(`{"alg":"ES256"}`), UnknownKey},
		{"kid a number", sign(`{"alg":"ES256","kid":256}`), Malformed},
		{"kid a list", sign(`{"alg":"ES256","kid":["p256"]}`), Malformed},
		{"kid null", sign(`{"alg":"ES256","kid":null}`), Malformed},

		// Headers.
		{"alg twice", sign(`{"alg":"ES256","kid":"p256","alg":"none"}`), Malformed},
		{"alg twice, once escaped", sign(`{"alg":"ES256","kid":"p256","\u0061lg":"none"}`), Malformed},
		{"kid twice", sign(`{"alg":"ES256","kid":"p256","kid":"p256b"}`), Malformed},
		{"crit", sign(`{"alg":"ES256","kid":"p256","crit":["exp"],"exp":1}`), Malformed},
		{"crit empty", sign(`{"alg":"ES256","kid":"p256","crit":[]}`), Malformed},
		{"crit null", sign(`{"alg":"ES256","kid":"p256","crit":null}`), Malformed},
		{"payload not encoded (b64)", sign(`{"alg":"ES256","kid":"p256","b64":false,"crit":["b64"]}`), Malformed},
		{"a logout token", sign(`{"alg":"ES256","kid":"p256","typ":"logout+jwt"}`), Malformed},
		{"a security event token", sign(`{"alg":"ES256","kid":"p256","typ":"application/secevent+JWT"}`), Malformed},
		{"typ a number", sign(`{"alg":"ES256","kid":"p256","typ":1}`), Malformed},
		{"header a list", sign(`["ES256"]`), Malformed},
		{"header a string", sign(`"ES256"`), Malformed},
		{"header null", sign(`null`), Malformed},
		{"header empty", sign(``), Malformed},
		{"header with something behind it", sign(es256 + `{}`), Malformed},
		{"header with a trailing comma", sign(`{"alg":"ES256","kid":"p256",}`), Malformed},
		{"header with a comment", sign(`{"alg":"ES256",/**/"kid":"p256"}`), Malformed},
		{"header with a byte order mark", sign("\ufeff" + es256), Malformed},
		{"header with a zero byte", sign(es256 + "\x00"), Malformed},
		{"header not UTF-8", sign("{\"alg\":\"ES256\",\"kid\":\"p256\",\"x\":\"\xff\"}"), Malformed},
		{"header in UTF-16", sign("{\x00}\x00"), Malformed},
		{"header with too many members", sign(`{"alg":"ES256","kid":"p256"` + many() + `}`), Malformed},

		// The form of a token.
		{"no token", "", Missing},
		{"one dot", ".", Malformed},
		{"two dots", "..", Malformed},
		{"one segment", parts[0], Malformed},
		{"two segments", signed, Malformed},
		{"four segments", token + ".x", Malformed},
		{"five segments", token + "." + parts[1] + "." + parts[2], Malformed},
		{"a dot at the end", token + ".", Malformed},
		{"a dot at the start", "." + token, Malformed},
		{"too long", raw("p256", "ES256", es256, i.claims("x", `"`+strings.Repeat("a", MaxToken)+`"`)), Malformed},
		{"cut short", token[:len(token)-10], BadSignature},
		{"padded", parts[0] + "." + parts[1] + "." + parts[2] + "==", Malformed},
		{"padded payload", parts[0] + "." + parts[1] + "=." + parts[2], Malformed},
		{"another spelling of the last letter", parts[0] + "." + parts[1] + "." + trailing, Malformed},
		{"letters of standard base64", parts[0] + "." + parts[1] + "." + "+/" + parts[2][2:], Malformed},
		{"a line break in the signature", parts[0] + "." + parts[1] + "." + parts[2][:10] + "\n" + parts[2][10:], Malformed},
		{"a line break at the end", token + "\r\n", Malformed},
		{"a space within", parts[0] + "." + parts[1] + ". " + parts[2], Malformed},
		{"white space before", " " + token, Malformed},
		{"a letter beyond ASCII", parts[0] + "." + parts[1] + "." + "é" + parts[2], Malformed},
		{"full-width dots", strings.ReplaceAll(token, ".", "．"), Malformed},
		{"JSON serialisation", `{"payload":"` + parts[1] + `","protected":"` + parts[0] + `","signature":"` + parts[2] + `"}`, Malformed},

		// Signatures.
		{"signature stripped", signed + ".", BadSignature},
		{"signature of zeros", resigned(token, make([]byte, 64)), BadSignature},
		{"signature r = 0", resigned(token, append(make([]byte, 32), full[32:]...)), BadSignature},
		{"signature s = 0", resigned(token, append(bytes.Clone(full[:32]), make([]byte, 32)...)), BadSignature},
		{"signature r = s = n", resigned(token, append(n.Bytes(), n.Bytes()...)), BadSignature},
		{"signature in DER", resigned(token, asDER), BadSignature},
		{"signature with a byte more", resigned(token, append(bytes.Clone(full), 0)), BadSignature},
		{"signature with a byte less", resigned(token, full[:63]), BadSignature},
		{"signature twice", resigned(token, append(bytes.Clone(full), full...)), BadSignature},
		{"signature with r + n", resigned(token, beyond), BadSignature},
		{"signature halves exchanged", resigned(token, append(bytes.Clone(full[32:]), full[:32]...)), BadSignature},
		{"RSA signature of zeros", resigned(rsaToken, make([]byte, 256)), BadSignature},
		{"RSA signature of one", resigned(rsaToken, append(make([]byte, 255), 1)), BadSignature},
		{"RSA signature with a zero before", resigned(rsaToken, append([]byte{0}, signature("rsa", "RS256", rsaToken[:strings.LastIndexByte(rsaToken, '.')])...)), BadSignature},
		{"signed by somebody else", raw("p256b", "ES256", es256, good), BadSignature},
		{"payload changed", parts[0] + "." + b64([]byte(i.claims("sub", `"admin"`))) + "." + parts[2], BadSignature},
		{"header changed", b64([]byte(`{"alg":"ES256","kid":"p256","x":1}`)) + "." + parts[1] + "." + parts[2], BadSignature},
		{"one bit of the signature changed", parts[0] + "." + parts[1] + "." + flip(parts[2], 40), BadSignature},
		{"signature of another token", parts[0] + "." + parts[1] + "." + strings.Split(claim("sub", `"other"`), ".")[2], BadSignature},

		// Payloads.
		{"payload a list", payload(`[]`), Malformed},
		{"payload a string", payload(`"x"`), Malformed},
		{"payload empty", payload(``), Malformed},
		{"payload a token", payload(token), Malformed},
		{"payload with something behind it", payload(good + "{}"), Malformed},
		{"sub twice", payload(good[:len(good)-1] + `,"sub":"admin"}`), Malformed},
		{"exp twice", payload(good[:len(good)-1] + `,"exp":99999999999}`), Malformed},
		{"exp twice, once escaped", payload(good[:len(good)-1] + `,"\u0065xp":99999999999}`), Malformed},
		{"payload not UTF-8", payload(good[:len(good)-1] + ",\"x\":\"\xc3\x28\"}"), Malformed},

		// Claims.
		{"expired", claim("exp", at(-time.Second)), Expired},
		{"expires now", claim("exp", at(0)), Expired},
		{"expired long ago", claim("exp", "0"), Expired},
		{"expired before 1970", claim("exp", "-1e15"), Expired},
		{"no expiry", claim("exp", ""), BadClaims},
		{"exp a string", claim("exp", `"`+at(time.Hour)+`"`), BadClaims},
		{"exp null", claim("exp", "null"), BadClaims},
		{"exp true", claim("exp", "true"), BadClaims},
		{"exp a list", claim("exp", "["+at(time.Hour)+"]"), BadClaims},
		{"exp beyond numbers", claim("exp", "1e999"), BadClaims},
		{"not valid yet", claim("nbf", at(time.Second)), NotYetValid},
		{"nbf a string", claim("nbf", `"0"`), BadClaims},
		{"issued in the future", claim("iat", at(time.Minute)), UsedTooEarly},
		{"iat an object", claim("iat", "{}"), BadClaims},
		{"no issuer", claim("iss", ""), BadIssuer},
		{"another issuer", claim("iss", `"https://evil.example.com"`), BadIssuer},
		{"issuer with a slash", claim("iss", `"`+i.URL+`/"`), BadIssuer},
		{"issuer in capitals", claim("iss", `"`+strings.ToUpper(i.URL)+`"`), BadIssuer},
		{"issuer with more behind it", claim("iss", `"`+i.URL+`.evil.example.com"`), BadIssuer},
		{"issuer a list", claim("iss", `["`+i.URL+`"]`), BadClaims},
		{"no audience", claim("aud", ""), BadAudience},
		{"another audience", claim("aud", `"other"`), BadAudience},
		{"audience in another case", claim("aud", `"API"`), BadAudience},
		{"audience a prefix", claim("aud", `"ap"`), BadAudience},
		{"audience in a text of words", claim("aud", `"api other"`), BadAudience},
		{"audience an empty list", claim("aud", `[]`), BadAudience},
		{"audience a list within", claim("aud", `[["api"]]`), BadClaims},
		{"audience an object", claim("aud", `{"api":true}`), BadClaims},
		{"audience null", claim("aud", `null`), BadClaims},
		{"audience a number", claim("aud", `1`), BadClaims},
		{"client_id beside another audience", claim("aud", `"other"`, "client_id", `"api"`), BadAudience},
		{"client_id a list", claim("aud", "", "client_id", `["api"]`), BadAudience},
		{"look-alike letters", claim("aud", `"аpi"`), BadAudience},
	}
}

func TestAttacks(t *testing.T) {
	i := newIssuer(t, jwk("p256"), jwk("p384"), jwk("rsa"), jwk("rsa2", "alg", "RS512"), jwk("ed"))
	v := i.verifier(t, newClock())
	if r := reason(t, v, raw("p256", "ES256", es256, i.claims())); r != "" {
		t.Fatalf("a good token is refused: %s", r)
	}
	all := attacks(i)
	if len(all) < 60 {
		t.Errorf("only %d attacks", len(all))
	}
	for _, a := range all {
		// Twice: what was refused must not have been remembered.
		for range 2 {
			if got := reason(t, v, a.token); got != a.want {
				t.Errorf("%s: %q, want %q", a.name, got, a.want)
			}
		}
	}
	if n := i.fetches.Load(); n != 1 {
		t.Errorf("attacks made the verifier fetch keys %d times", n)
	}
}

func many() string {
	var b strings.Builder
	for n := range maxMembers {
		b.WriteString(`,"x` + strconv.Itoa(n) + `":1`)
	}
	return b.String()
}

// nextLetter is a letter of the alphabet that differs from c in its last bit.
func nextLetter(c byte) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return string(letters[strings.IndexByte(letters, c)^1])
}
