public import NIOCore

/// What one client may ask of the server.
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
  /// How many connections may be open at once.
  public var connections = 10_000

  /// The default limits.
  public init() {}
}
