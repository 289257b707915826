import NIOConcurrencyHelpers

/// The nodes of a cluster to which the first one redirected.
///
/// A node whose connection is lost is forgotten together with its slots. The next command goes to the first node, which
/// knows where the keys are by then.
final class RedisCluster: Sendable {
  private struct State {
    var slots = ClusterSlots()
    var nodes: [RedisEndpoint: RedisNode] = [:]
  }

  /// Nodes that somebody has to run.
  let newNodes: AsyncStream<(RedisEndpoint, RedisNode)>
  private let found: AsyncStream<(RedisEndpoint, RedisNode)>.Continuation
  private let makeNode: @Sendable (RedisEndpoint) -> RedisNode
  private let state = NIOLockedValueBox(State())

  init(makeNode: @escaping @Sendable (RedisEndpoint) -> RedisNode) {
    self.makeNode = makeNode
    (newNodes, found) = AsyncStream.makeStream()
  }

  /// The connection to the node that is known to hold `key`, if there is one.
  func connection(for key: String?) -> RedisNode.Established? {
    guard let key else { return nil }
    let node: RedisNode? = state.withLockedValue { state in
      if state.slots.isEmpty { return nil }
      return state.slots.owner(of: key).flatMap { state.nodes[$0] }
    }
    do {
      guard let established = try node?.current(), established.connection.isOpen else { return nil }
      return established
    } catch {
      return nil
    }
  }

  /// Remembers what a redirection says, and gives the node that it names.
  func node(for redirection: ClusterRedirection) -> RedisNode {
    let (node, isNew) = state.withLockedValue { state in
      if !redirection.isAsking { state.slots.assign(redirection.slot, to: redirection.endpoint) }
      if let node = state.nodes[redirection.endpoint] { return (node, false) }
      let node = makeNode(redirection.endpoint)
      state.nodes[redirection.endpoint] = node
      return (node, true)
    }
    if isNew { found.yield((redirection.endpoint, node)) }
    return node
  }

  /// Forgets a node whose connection was lost.
  func forget(_ endpoint: RedisEndpoint, _ node: RedisNode) {
    state.withLockedValue { state in
      guard state.nodes[endpoint] === node else { return }
      state.nodes[endpoint] = nil
      state.slots.forget(endpoint)
    }
  }
}
