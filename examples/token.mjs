// A token as a login service of your own would issue it: node examples/token.mjs SECRET UID NAME ROLE
//
// HS256, with a secret that the operator registered for your tenant (POST /admin/tenant/:tenant_id/token-key).
import { SignJWT } from 'jose'

const [secret, uid, uname, role] = process.argv.slice(2)
if (!role) {
  console.error('usage: node examples/token.mjs SECRET UID NAME ROLE')
  process.exit(2)
}
const token = new SignJWT({ uid, uname, role }).setProtectedHeader({ alg: 'HS256' }).setExpirationTime('1h')
console.log(await token.sign(new TextEncoder().encode(secret)))
