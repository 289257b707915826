import Catalog
import NIOCore
import TieredCaching

/// What load balancers and people ask first.
enum HealthAnswers {
  /// `GET /`: where to go.
  static func home() -> ByteBuffer {
    encode { json in
      json.member("name", "modelcatalog")
      json.name("see")
      json.array { json in
        for path in [
          "/v1/models", "/v1/models/unique", "/v1/models/search?q=", "/v1/gateways", "/v1/stats", "/health/ready",
        ] {
          json.value(path)
        }
      }
    }
  }

  /// `GET /health/live`: the process answers.
  static func live() -> ByteBuffer { encode { json in json.member("status", "live") } }

  /// `GET /health/ready`: whether there is a catalog to serve, how old it is, and what the cache did.
  static func ready(service: CatalogService, answers: LocalTier<Answer>.Size) -> ByteBuffer {
    let served = service.peek()
    let coherence = service.coherence
    let statistics = service.counters.statistics
    return encode { json in
      json.member("status", served == nil ? "not_ready" : served?.freshness == .stale ? "stale" : "ready")
      json.member("catalog_version", coherence.manifest?.version)
      json.member("models", served?.value.offers.count)
      json.member("age_milliseconds", served.map { Int($0.age / .milliseconds(1)) })
      // Operators are told more elsewhere: what failed names hosts, users and files.
      json.member("last_failure", coherence.lastFailure.map { _ in "database" })
      json.member("redis_breaker", coherence.breaker.rawValue)
      json.name("cache")
      json.object { json in
        statistics.writeMembers(to: &json)
        json.member("entries", answers.entries)
        json.member("size_bytes", answers.bytes)
      }
    }
  }

  private static func encode(_ members: (inout JSONWriter) -> Void) -> ByteBuffer {
    var json = JSONWriter()
    json.object(members)
    return ByteBuffer(bytes: json.bytes)
  }
}
