-- Takes in entries, each at once and whole. KEYS[1]: where the present epoch stands.
-- ARGV[1]: the epoch of the caller; ARGV[2]: what its keys begin with; ARGV[3]: entries to list at most; ARGV[4]: of a
-- garage, entries that may wait at most; then one entry a piece, as JSON (entry.ts).
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return redis.error_reply('EPOCHENDED another epoch has begun')
end

local prefix = ARGV[2]
local list = prefix .. 'irregularities'
local texts = prefix .. 'irregularity-texts'

-- Lua writes large numbers with an exponent, and what takes back nothing as -0; Redis refuses both.
local function whole(number)
  return string.format('%.0f', number + 0)
end

for index = 5, #ARGV do
  local entry = cjson.decode(ARGV[index])
  local key = prefix .. entry.id
  local known = redis.call('GET', key)
  local former = known and cjson.decode(known) or { revision = 0, counts = {} }

  -- What is told twice at one instant counts as it was told last; handed over again it comes to the same.
  if entry.revision > former.revision or (entry.latestHolds and entry.revision == former.revision) then
    for _, count in ipairs(former.counts) do
      local hash = prefix .. count[1]
      if redis.call('EXISTS', hash) == 1 then
        redis.call('HINCRBY', hash, count[2], whole(-count[3]))
      end
    end

    local counted = {}
    for _, count in ipairs(entry.counts) do
      local hash = prefix .. count.hash
      redis.call('HINCRBY', hash, count.field, whole(count.amount))
      if count.keepSeconds ~= cjson.null then
        redis.call('EXPIRE', hash, count.keepSeconds)
      end
      table.insert(counted, { count.hash, count.field, count.amount })
    end

    local remembers = { revision = entry.revision, counts = counted }
    if entry.text ~= cjson.null then
      remembers.text = entry.text
    end

    if former.waiting then
      redis.call('ZREM', prefix .. 'garage:' .. entry.garageId .. ':waiting', former.waiting)
      redis.call('HDEL', prefix .. 'garage:' .. entry.garageId .. ':waiting-texts', former.waiting)
    end
    if entry.waiting ~= cjson.null then
      local waiting = prefix .. 'garage:' .. entry.garageId .. ':waiting'
      local waitingTexts = prefix .. 'garage:' .. entry.garageId .. ':waiting-texts'
      redis.call('ZADD', waiting, whole(entry.waiting.at), entry.waiting.member)
      redis.call('HSET', waitingTexts, entry.waiting.member, entry.waiting.text)
      remembers.waiting = entry.waiting.member
      for _, member in ipairs(redis.call('ZRANGE', waiting, 0, -tonumber(ARGV[4]) - 1)) do
        redis.call('ZREM', waiting, member)
        redis.call('HDEL', waitingTexts, member)
      end
    end

    local remembered = cjson.encode(remembers)
    if entry.rememberSeconds == cjson.null then
      redis.call('SET', key, remembered)
    else
      redis.call('SET', key, remembered, 'EX', entry.rememberSeconds)
    end

    if entry.garageId ~= cjson.null then
      redis.call('SADD', prefix .. 'garages', entry.garageId)
    end
    if entry.garageDay ~= cjson.null then
      local hash = prefix .. 'garage:' .. entry.garageId
      local newest = redis.call('HMGET', hash, 'day', 'at')
      if not newest[1] or newest[1] < entry.garageDay then
        redis.call('HSET', hash, 'day', entry.garageDay)
      end
      if not newest[2] or tonumber(newest[2]) < entry.garageAt then
        redis.call('HSET', hash, 'at', whole(entry.garageAt))
      end
    end

    if entry.listed ~= cjson.null then
      redis.call('ZADD', list, whole(entry.listed.at), entry.id)
      redis.call('HSET', texts, entry.id, entry.listed.text)
    else
      redis.call('ZREM', list, entry.id)
      redis.call('HDEL', texts, entry.id)
    end
  end
end

local surplus = redis.call('ZCARD', list) - tonumber(ARGV[3])
if surplus > 0 then
  local oldest = redis.call('ZRANGE', list, 0, surplus - 1)
  for _, id in ipairs(oldest) do
    redis.call('ZREM', list, id)
    redis.call('HDEL', texts, id)
  end
end
return redis.status_reply('OK')
