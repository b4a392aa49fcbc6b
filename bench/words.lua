-- Sends each form of a file once and notes every acknowledged id: FORMS, ACKNOWLEDGED and PEER are in the environment.
local forms, at, networks = {}, 0, 0
local peer = os.getenv("PEER")
local head = {["Content-Type"] = "application/x-www-form-urlencoded", ["Accept"] = "application/json"}
local noted

function init(args)
  if peer then
    head["Content-Type"] = "application/json"
  else
    for line in io.lines(os.getenv("FORMS")) do forms[#forms + 1] = line end
    head["Cookie"] = os.getenv("COOKIE")
    noted = io.open(os.getenv("ACKNOWLEDGED"), "w")
    noted:setvbuf("full", 65536)
  end
end

function request()
  at = at + 1
  if peer then
    local text = '{"title": "Words", "author": "A neighbour", "text": "She taught me to swim, and she was kind. ' .. at .. '"}'
    return wrk.format("POST", nil, head, text)
  end
  if at >= #forms then wrk.thread:stop() end
  -- A surge comes from everywhere: a thousand networks, as a proxy of the host's says.
  if not os.getenv("ONE_NETWORK") then
    head["X-Forwarded-For"] = "10." .. (at % 4) .. "." .. (at % 250) .. ".7"
  end
  return wrk.format("POST", nil, head, forms[math.min(at, #forms)])
end

local answers = {}
function response(status, headers, body)
  answers[status] = (answers[status] or 0) + 1
  if not peer and status == 201 then
    noted:write(body:match('"id": "([%x-]+)"'), "\n")
    if at >= #forms then noted:flush() end
  end
end
