-- Replays requests that were written to a file beforehand, all of one length: each is signed, and good for once.
-- wrk … -s replay.lua URL -- FILE LENGTH

local requests, length

function init(args)
  requests, length = assert(io.open(args[1], "rb")), tonumber(args[2])
  requests:setvbuf("full", 65536)
end

-- Begins anew at the end: what needs a nonce of its own is refused then, which shows in the count of errors.
function request()
  local next = requests:read(length)
  if not next then
    requests:seek("set")
    next = requests:read(length)
  end
  return next
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("measured requests=%d micros=%d refused=%d broken=%d p50=%d p99=%d\n",
    summary.requests, summary.duration, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
