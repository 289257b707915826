import Synchronization

/// Sending a command to where it belongs.
extension RedisClient {
  private static let longestRedirection = 5
  /// How long a server that only reads is kept before the master is looked for once more.
  private static let masterPatience = Duration.seconds(3)

  /// The answer, which is not an error, and the number of the connection that it came over.
  func send(
    _ arguments: [RedisArgument], key: String?, timeout: Duration?
  ) async throws(RedisError) -> (response: RedisValue, incarnation: Int) {
    let timeout = timeout ?? configuration.commandTimeout
    let start = ContinuousClock.now
    var target = try target(for: key)
    var isAsking = false
    for _ in 0...Self.longestRedirection {
      let left = timeout - (ContinuousClock.now - start)
      guard left > .zero else { throw .timedOut }
      let reply = try await target.connection.execute(arguments, isAsking: isAsking, timeout: left)
      guard case .error(let error) = reply else { return (reply, target.incarnation) }
      guard let redirection = ClusterRedirection(error, origin: target.connection.host) else {
        throw refusal(error, by: target.connection)
      }
      let node = cluster.node(for: redirection)
      try await node.waitUntilConnected(timeout: timeout - (ContinuousClock.now - start))
      target = try node.current()
      isAsking = redirection.isAsking
    }
    throw .server(RedisServerError(code: "MOVED", message: "the cluster redirects without end"))
  }

  private func target(for key: String?) throws(RedisError) -> RedisNode.Established {
    if let owner = cluster.connection(for: key) { return owner }
    return try primary.current()
  }

  private func refusal(_ error: RedisServerError, by connection: RedisConnection) -> RedisError {
    if error.code == "READONLY", shallLookForMaster() { connection.close(reason: "the server has become a replica") }
    return .server(error)
  }

  /// What was the master is a replica now: connecting anew finds the new master. While there is none yet, reads go on over
  /// the connection that there is.
  private func shallLookForMaster() -> Bool {
    let now = ContinuousClock.now
    return masterSoughtAt.withLock { last in
      if let last, now - last < Self.masterPatience { return false }
      last = now
      return true
    }
  }
}
