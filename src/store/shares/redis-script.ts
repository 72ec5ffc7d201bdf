/**
 * The arithmetic of `pool-state.ts` for rates and slots, where all replicas meet. Redis' numbers are doubles: a level is
 * kept as whole units and a rest in parts of the window, so that every product stays below 2^53 and is exact for windows
 * of up to a day. Time is Redis' own: one clock for all replicas.
 *
 * A rate is a hash `whole`, `rest`, `at`. Slots are a hash from process to number; who of them lives stands in a sorted
 * set by the end of its life, which each process moves on once a second.
 */
const TIME = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local function text(n) return string.format('%.0f', n) end
`

/** KEYS: the rate. ARGV: per window, window ms, so many added back (0 = none). Leaves `whole`, `rest` refilled. */
const REFILL = `
local per, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local state = redis.call('HMGET', KEYS[1], 'whole', 'rest', 'at')
local whole, rest, at = tonumber(state[1]), tonumber(state[2]), tonumber(state[3])
if not whole then whole, rest, at = per, 0, now end
local passed = now - at
if passed > 0 then
  at = now
  if passed >= window then
    whole, rest = per, 0
  else
    local each = math.floor(per / window)
    rest = rest + passed * (per - each * window)
    whole = whole + passed * each + math.floor(rest / window)
    rest = rest % window
  end
end
local function keep()
  if whole >= per then whole, rest = per, 0 end
  redis.call('HSET', KEYS[1], 'whole', text(whole), 'rest', text(rest), 'at', text(at))
  redis.call('PEXPIRE', KEYS[1], window * 2)
end
if whole >= per then whole, rest = per, 0 end
`

/** ARGV more: least, most. Answers: granted, whole and rest that are left. */
export const DRAW_RATE: string = `${TIME}${REFILL}
local least, most = tonumber(ARGV[3]), tonumber(ARGV[4])
local granted = 0
if whole >= least then
  granted = whole < most and least or most
end
whole = whole - granted
keep()
return { text(granted), text(whole), text(rest) }
`

/** ARGV more: the amount. */
export const GIVE_RATE: string = `${TIME}${REFILL}
whole = whole + tonumber(ARGV[3])
keep()
return 1
`

/** KEYS: the slots, the living. ARGV: count, process, least, most. Answers: granted, left, what others hold, scarce. */
export const DRAW_SLOTS: string = `${TIME}
local count, process, least, most = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local leases = redis.call('HGETALL', KEYS[1])
local leased, own = 0, 0
for i = 1, #leases, 2 do
  local amount = tonumber(leases[i + 1])
  local lives = tonumber(redis.call('ZSCORE', KEYS[2], leases[i]) or 0)
  if leases[i] ~= process and lives < now then
    redis.call('HDEL', KEYS[1], leases[i])
  else
    leased = leased + amount
    if leases[i] == process then own = amount end
  end
end
local left = count - leased
local others = math.max(0, leased - own)
local scarce = others > 0 and left < most * 4
local granted = 0
if left >= least then
  granted = (scarce or left < most) and least or most
end
if granted > 0 then redis.call('HSET', KEYS[1], process, text(own + granted)) end
return { text(granted), text(math.max(0, left - granted)), text(others), scarce and '1' or '0' }
`

/** KEYS: the slots. ARGV: process, amount. */
export const GIVE_SLOTS: string = `
local rest = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or 0) - tonumber(ARGV[2])
if rest <= 0 then redis.call('HDEL', KEYS[1], ARGV[1]) else redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', rest)) end
return 1
`

/** KEYS: the living. ARGV: process, life ms. Answers how many live. */
export const BEAT: string = `${TIME}
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - 1)
redis.call('ZADD', KEYS[1], text(now + tonumber(ARGV[2])), ARGV[1])
return redis.call('ZCARD', KEYS[1])
`
