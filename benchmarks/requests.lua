-- For wrk: walks through the paths in the file that PATHS names, if any, and prints the result as one line for programs:
-- requests, microseconds, median and 99th percentile of the latency in microseconds, errors.

local file = os.getenv("PATHS") or ""
local requests = {}
local next_request = 0

if file ~= "" then
  function init(args)
    for path in io.lines(file) do
      requests[#requests + 1] = wrk.format("GET", path)
    end
  end

  function request()
    next_request = next_request % #requests + 1
    return requests[next_request]
  end
end

function done(summary, latency, _)
  local errors = summary.errors
  print(string.format("RESULT %d %d %d %d %d", summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(99), errors.connect + errors.read + errors.write + errors.status))
end
