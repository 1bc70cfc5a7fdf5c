-- Sends one query over and over. With UNIQUE=1 each request has another text (a comment), so that no document is
-- remembered; the work is the same.
local token, query, unique = os.getenv("TOKEN"), os.getenv("QUERY"), os.getenv("UNIQUE") == "1"
local escaped = query:gsub('\\', '\\\\'):gsub('"', '\\"')
local headers = { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. token }
local serial = math.floor(os.time() % 100000) * 10000000

request = function()
  serial = serial + 1
  local text = unique and (escaped .. " #" .. serial) or (escaped .. " #0000000000")
  return wrk.format("POST", nil, headers, '{"query":"' .. text .. '"}')
end
