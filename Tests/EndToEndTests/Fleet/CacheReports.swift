/// What `cache stats --json` prints, and `GET /api/system/cache/stats`.
struct CacheStatsReport: Decodable, Sendable {
  struct Worker: Decodable, Sendable {
    let id: String
    let version: String
    let isFresh: Bool

    private enum CodingKeys: String, CodingKey {
      case id
      case version = "catalog_version"
      case isFresh = "fresh"
    }
  }

  struct Fleet: Decodable, Sendable {
    let requests: Int
    let databaseLoads: Int
    let workers: [Worker]

    private enum CodingKeys: String, CodingKey {
      case workers
      case requests = "total_requests"
      case databaseLoads = "database_loads"
    }
  }

  let requests: Int
  let databaseLoads: Int
  let partsFromRedis: Int
  let partsFromDatabase: Int
  let redisSets: Int
  let fleet: Fleet?

  private enum CodingKeys: String, CodingKey {
    case fleet
    case requests = "total_requests"
    case databaseLoads = "database_loads"
    case partsFromRedis = "parts_from_redis"
    case partsFromDatabase = "parts_from_database"
    case redisSets = "redis_sets"
  }
}

/// What `cache status --json` prints, and `GET /api/system/cache/status`.
struct CacheStatusReport: Decodable, Sendable {
  struct Entry: Decodable, Sendable {
    let key: String
    let version: String
  }

  struct View: Decodable, Sendable {
    let view: String
    let gateway: String?
    let isCurrent: Bool
    let redis: Entry?

    private enum CodingKeys: String, CodingKey {
      case view, gateway, redis
      case isCurrent = "current"
    }
  }

  let version: String
  let databaseVersion: String
  let redisFailure: String?
  let views: [View]

  private enum CodingKeys: String, CodingKey {
    case views
    case version = "catalog_version"
    case databaseVersion = "database_version"
    case redisFailure = "redis_failure"
  }
}

/// What an invalidation answers.
struct ClearReport: Decodable, Sendable {
  let cleared: String
  let cleanFrom: String
  let isTold: Bool

  private enum CodingKeys: String, CodingKey {
    case cleared
    case cleanFrom = "clean_from_version"
    case isTold = "workers_told"
  }
}

extension Fleet {
  /// What each worker says about its cache.
  func cacheStatistics() async throws -> [CacheStatsReport] {
    var reports: [CacheStatsReport] = []
    for worker in living {
      reports.append(try await worker.server.send("GET", "/api/system/cache/stats", key: Self.key).json())
    }
    return reports
  }
}
