// Verifies an access token with the npm package `jose`, which ENTRY names, from the key set alone.
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const { createLocalJWKSet, jwtVerify } = await import(pathToFileURL(process.env.ENTRY))
const { jwks, token, issuer, now } = JSON.parse(readFileSync(0, 'utf8'))
try {
  const { payload } = await jwtVerify(token, createLocalJWKSet(jwks), {
    issuer, audience: issuer, typ: 'at+jwt', currentDate: new Date(now),
  })
  console.log(payload.sub)
} catch (error) {
  console.log(`refused: ${error.code}`)
}
