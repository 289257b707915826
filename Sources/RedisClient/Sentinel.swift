/// Finding the master through Redis Sentinel (https://redis.io/docs/latest/develop/reference/sentinel-clients/).
extension RedisConnector {
  /// The master of `service` as the first sentinel says that answers and knows it.
  func master(of service: String, sentinels: [RedisEndpoint]) async throws(RedisError) -> RedisEndpoint {
    var failures: [String] = []
    for sentinel in sentinels {
      do throws(RedisError) {
        return try await ask(sentinel, service: service)
      } catch {
        if error == .cancelled { throw error }
        failures.append("\(sentinel): \(Self.reason(of: error))")
      }
    }
    throw .notConnected(reason: "no sentinel names a master of \(service) (\(failures.joined(separator: "; ")))")
  }

  private func ask(_ sentinel: RedisEndpoint, service: String) async throws(RedisError) -> RedisEndpoint {
    let connection = try await open(sentinel, usesTLS: false)
    defer { connection.close(reason: "the sentinel was asked") }
    let reply = try await connection.execute(
      ["SENTINEL", "GET-MASTER-ADDR-BY-NAME", .text(service)], timeout: configuration.connectTimeout)
    if case .error(let error) = reply { throw .server(error) }
    guard let address = reply.array, address.count == 2, let host = address[0].text,
      let port = address[1].integer, (1...65535).contains(port)
    else { throw .notConnected(reason: "it does not know the service") }
    return .host(host, port: Int(port))
  }

  private static func reason(of error: RedisError) -> String {
    switch error {
    case .notConnected(let reason): reason
    case .server(let error): error.description
    default: error.description
    }
  }
}
