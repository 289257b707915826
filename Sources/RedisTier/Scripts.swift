import RedisClient

/// The operations on Redis that must happen as a whole. Each touches one key, so that a cluster can run it; what each
/// means is said by `SharedState`, and one contract suite holds both to it.
///
/// The manifest is a hash: `nonce`, `stamp`, `lifetime`, `complete` (0 or 1), and per part `r:PART` its revision, `f:PART`
/// its floor and `o:PART` its override as "BASE TOKEN".
enum Scripts {
  /// Whether a revision is lower than another. As text, because numbers in Lua are exact up to 2^53 only.
  private static let isLower = """
    local function isLower(a, b) if #a ~= #b then return #a < #b end return a < b end

    """

  /// KEYS: manifest. ARGV: nonce, stamp. Returns 1 if the manifest still has these, else all its fields and values.
  static let check = RedisScript(
    """
    local found = redis.call('HMGET', KEYS[1], 'nonce', 'stamp')
    if found[1] == ARGV[1] and found[2] == ARGV[2] then return 1 end
    return redis.call('HGETALL', KEYS[1])
    """)

  /// KEYS: manifest. ARGV: lifetime, nonce. Returns the nonce that there is now.
  static let begin = RedisScript(
    """
    if redis.call('HGET', KEYS[1], 'lifetime') == ARGV[1] then return redis.call('HGET', KEYS[1], 'nonce') end
    redis.call('DEL', KEYS[1])
    redis.call('HSET', KEYS[1], 'nonce', ARGV[2], 'stamp', ARGV[2], 'lifetime', ARGV[1], 'complete', '0')
    return ARGV[2]
    """)

  /// KEYS: manifest. ARGV: lifetime, stamp, channel, nonce or empty, then part, revision and floor of each part. With a
  /// nonce the manifest must still have it, and is complete afterwards. Returns 1 if there was a manifest to raise.
  static let raise = RedisScript(
    isLower + """
      if redis.call('HGET', KEYS[1], 'lifetime') ~= ARGV[1] then return 0 end
      if ARGV[4] ~= '' and redis.call('HGET', KEYS[1], 'nonce') ~= ARGV[4] then return 0 end
      local known = {}
      local all = redis.call('HGETALL', KEYS[1])
      for i = 1, #all, 2 do known[all[i]] = all[i + 1] end
      local changed = false
      for i = 5, #ARGV, 3 do
        for offset, kind in ipairs({'r:', 'f:'}) do
          local field, value = kind .. ARGV[i], ARGV[i + offset]
          if (value ~= '0' or kind == 'r:') and (not known[field] or isLower(known[field], value)) then
            redis.call('HSET', KEYS[1], field, value)
            known[field] = value
            changed = true
          end
        end
        local override = known['o:' .. ARGV[i]]
        if override and string.match(override, '^%d+') ~= known['r:' .. ARGV[i]] then
          redis.call('HDEL', KEYS[1], 'o:' .. ARGV[i])
          changed = true
        end
      end
      if ARGV[4] ~= '' and known['complete'] ~= '1' then
        redis.call('HSET', KEYS[1], 'complete', '1')
        changed = true
      end
      if changed then
        redis.call('HSET', KEYS[1], 'stamp', ARGV[2])
        redis.call('PUBLISH', ARGV[3], 'raised')
      end
      return 1
      """)

  /// KEYS: manifest. ARGV: lifetime, stamp, channel, part, base, token. Returns 1 if the part has the base as its revision.
  static let setOverride = RedisScript(
    """
    local found = redis.call('HMGET', KEYS[1], 'lifetime', 'complete', 'r:' .. ARGV[4])
    if found[1] ~= ARGV[1] or found[2] ~= '1' or found[3] ~= ARGV[5] then return 0 end
    redis.call('HSET', KEYS[1], 'o:' .. ARGV[4], ARGV[5] .. ' ' .. ARGV[6], 'stamp', ARGV[2])
    redis.call('PUBLISH', ARGV[3], 'override')
    return 1
    """)

  /// KEYS: manifest. ARGV: stamp, channel, part, token.
  static let dropOverride = RedisScript(
    """
    local override = redis.call('HGET', KEYS[1], 'o:' .. ARGV[3])
    if not override or string.match(override, ' (.*)$') ~= ARGV[4] then return 0 end
    redis.call('HDEL', KEYS[1], 'o:' .. ARGV[3])
    redis.call('HSET', KEYS[1], 'stamp', ARGV[1])
    redis.call('PUBLISH', ARGV[2], 'override')
    return 1
    """)

  /// KEYS: a part or view. ARGV: entry, lifetime as in its line, revision, milliseconds to live. Returns 0 if a later one is
  /// kept. Whatever is no entry is replaced.
  static let storeIfNewer = RedisScript(
    isLower + """
      local head = ''
      if redis.call('TYPE', KEYS[1]).ok == 'string' then head = redis.call('GETRANGE', KEYS[1], 0, 4095) end
      local lifetime, revision = string.match(head, '^modelcatalog/%d+ kind=%S+ name=%S* lifetime=(%S*) revision=(%d+) ')
      if lifetime == ARGV[2] and isLower(ARGV[3], revision) then return 0 end
      redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[4])
      return 1
      """)

  /// KEYS: a part or view. ARGV: the bytes that were found there and cannot be used; empty for a value of another type.
  static let discard = RedisScript(
    """
    if redis.call('TYPE', KEYS[1]).ok == 'string' and redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
    return redis.call('DEL', KEYS[1])
    """)

  /// KEYS: lease. ARGV: token, milliseconds. Returns 1 if it was free. One without an end is nobody's.
  static let acquireLease = RedisScript(
    """
    if redis.call('PTTL', KEYS[1]) >= 0 then return 0 end
    redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
    return 1
    """)

  /// KEYS: lease. ARGV: token, milliseconds. Returns 1 if it is still held with this token.
  static let renewLease = RedisScript(
    """
    if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
    return redis.call('PEXPIRE', KEYS[1], ARGV[2])
    """)

  /// KEYS: lease. ARGV: token, channel. Returns 1 if it was still held with this token.
  static let releaseLease = RedisScript(
    """
    local released = 0
    if redis.call('GET', KEYS[1]) == ARGV[1] then released = redis.call('DEL', KEYS[1]) end
    redis.call('PUBLISH', ARGV[2], 'released')
    return released
    """)

  /// KEYS: workers. ARGV: id, version, whether it is fresh, milliseconds after which a report is forgotten, what the last
  /// audit found. The time is the server's. Returns the number of the audit that is asked for, 0 for none.
  static let report = RedisScript(
    """
    local time = redis.call('TIME')
    local now = time[1] * 1000 + math.floor(time[2] / 1000)
    if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then redis.call('DEL', KEYS[1]) end
    local all = redis.call('HGETALL', KEYS[1])
    for i = 1, #all, 2 do
      local at = tonumber(string.match(all[i + 1], '^%d+') or '0')
      if now - at > tonumber(ARGV[4]) then redis.call('HDEL', KEYS[1], all[i]) end
    end
    redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', now) .. ' ' .. ARGV[3] .. ' ' .. ARGV[2] .. ' ' .. ARGV[5])
    redis.call('PEXPIRE', KEYS[1], ARGV[4])
    return tonumber(string.match(redis.call('HGET', KEYS[1], '\(auditField)') or '', '^%d+') or '0')
    """)

  /// The field among the workers that says since when an audit is asked for, which is also its number. No worker is called
  /// so, and it is forgotten like a worker that does not report.
  static let auditField = "*audit"

  /// KEYS: workers. ARGV: milliseconds after which the request is forgotten. The time is the server's.
  static let requestAudit = RedisScript(
    """
    local time = redis.call('TIME')
    local now = time[1] * 1000 + math.floor(time[2] / 1000)
    if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then redis.call('DEL', KEYS[1]) end
    redis.call('HSET', KEYS[1], '\(auditField)', string.format('%.0f', now))
    redis.call('PEXPIRE', KEYS[1], ARGV[1])
    return now
    """)

  /// KEYS: fleet. ARGV: name and number of each count to add. What is no number counts as none.
  static let addCounts = RedisScript(
    """
    if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then redis.call('DEL', KEYS[1]) end
    for i = 1, #ARGV, 2 do
      -- A number on success, a table with the error otherwise.
      if type(redis.pcall('HINCRBY', KEYS[1], ARGV[i], ARGV[i + 1])) == 'table' then
        redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
      end
    end
    return 1
    """)
}
