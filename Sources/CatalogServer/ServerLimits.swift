public import NIOCore

/// What one client may ask of the server, and what the server takes on.
public struct ServerLimits: Sendable {
  /// The largest header field, in bytes.
  public var headerFieldBytes = 8_192
  /// All header fields together, in bytes.
  public var headerListBytes = 16_384
  /// The most header fields.
  public var headerFields = 100
  /// The largest request body, in bytes.
  public var bodyBytes = 65_536
  /// How long a connection may be silent.
  public var idleTimeout = TimeAmount.seconds(75)
  /// How long a request may take from its first byte to its last, however it comes in pieces.
  public var requestTimeout = TimeAmount.seconds(30)
  /// How many connections may be open at once.
  public var connections = 10_000
  /// How many requests may be under way at once that are not answered from memory.
  public var concurrentRequests = 2_048
  /// How often one client may ask what is not ready in memory; nil for no limit.
  public var costlyRequests: RateLimit? = RateLimit(100, per: .seconds(1), burst: 1_000)
  /// How often one client may send a wrong admin key, or none; nil for no limit.
  public var wrongKeys: RateLimit? = RateLimit(10, per: .seconds(60), burst: 10)
  /// How many proxies there are in front that add to `X-Forwarded-For`; 0: the client is whoever connects.
  public var trustedProxies = 0

  /// The default limits.
  public init() {}
}
