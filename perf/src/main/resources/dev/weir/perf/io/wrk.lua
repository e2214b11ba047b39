-- wrk ... -s wrk.lua URL -- DEPTH: sends DEPTH requests at a time, and ends with a line of JSON.
local batch

function init(args)
  batch = string.rep(wrk.format("GET", "/"), tonumber(args[1]) or 1)
end

function request()
  return batch
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '{"ops_per_s":%.1f,"p50_us":%.1f,"p99_us":%.1f,"p999_us":%.1f,"bytes_per_op":%.1f,"errors":%d}\n',
    summary.requests / summary.duration * 1e6,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9),
    summary.bytes / math.max(summary.requests, 1),
    e.connect + e.read + e.write + e.status + e.timeout))
end
