// Signs one request by a library and sends another: node call.mjs SIGNED SENT, which are objects of method, url and body.
import { createHash, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSigner, httpbis } from 'http-message-signatures'

const { GRANTKEEPER_AGENT: agent, GRANTKEEPER_SECRET: secret, GRANTKEEPER_KEY: file } = process.env
const key = file
  ? createSigner(readFileSync(file), 'ed25519', agent)
  : createSigner(Buffer.from(secret, 'hex'), 'hmac-sha256', agent)

const [signed, sent] = process.argv.slice(2).map((request) => JSON.parse(request))
const digest = ({ body }) =>
  body ? { 'Content-Digest': `sha-256=:${createHash('sha256').update(body).digest('base64')}:` } : {}

const profile = ['@method', '@authority', '@path', '@query', ...(signed.body ? ['content-digest'] : [])]
const { headers } = await httpbis.signMessage(
  {
    key,
    fields: signed.fields ?? profile,
    params: signed.params ?? ['created', 'keyid', 'nonce', 'tag'],
    paramValues: { nonce: randomUUID(), tag: signed.tag ?? 'grantkeeper-v1' },
  },
  { method: signed.method, url: signed.url, headers: digest(signed) },
)

const { method, url, body } = sent
const fresh = sent.digested ? digest(sent) : {}
const response = await fetch(url, {
  method,
  body,
  headers: { ...headers, ...fresh, ...(body ? { 'Content-Type': 'application/json' } : {}) },
})
const { error = null } = await response.json()
console.log(JSON.stringify({ status: response.status, error }))
