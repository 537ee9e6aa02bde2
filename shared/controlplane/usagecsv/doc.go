// Package usagecsv serves what API keys used as a CSV file, for invoices and for spreadsheets.
//
// What belongs here: the price table, the form of the file and its endpoint. The numbers are those of
// shared/metering/usage. Whoever wires it decides who may read it.
//
// Floor 4. Imports shared/metering/usage.
//
// # The price table
//
// A JSON document; amounts are in the currency, and a plan is named by its identifier:
//
//	{
//	  "currency": "EUR",
//	  "default": {"perMillionRequests": 3.50},
//	  "plans": {"a1b2c3": {"perMillionRequests": 2.80, "perGigabyte": 0.09}}
//	}
//
// A request that the gateway refused costs nothing. A gigabyte is 10^9 bytes of response bodies.
package usagecsv
