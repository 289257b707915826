import Foundation
import Synchronization
import TestSupport

/// A network between a client and a server of this machine that can be slow, broken or silent.
final class TCPProxy: Sendable {
  /// What becomes of connections and of what is sent.
  enum Mode: Sendable, Equatable {
    /// Everything arrives this much later, in each direction.
    case forward(delay: Duration)
    /// Connections are accepted and stay open, and nothing that is sent arrives. What was lost stays lost: a connection
    /// that was used meanwhile is silent for ever.
    case swallow
    /// There are no connections, and new ones are refused.
    case refuse
  }

  private struct State {
    var mode = Mode.forward(delay: .zero)
    var mustCut = false
    var isEnded = false
  }

  /// Where clients connect to.
  let port: Int
  private let state = Mutex(State())
  private let accepted = Atomic(0)

  /// Starts to forward to a port of this machine.
  init(to target: Int) throws {
    let (listener, port) = try Loopback.listen()
    self.port = port
    Thread.detachNewThread { [self] in
      var loop = ProxyLoop(listener: listener, port: port, target: target)
      var isEnded = false
      while !isEnded {
        let (mode, mustCut) = state.withLock { state in
          defer { state.mustCut = false }
          isEnded = state.isEnded
          return (state.mode, state.mustCut)
        }
        accepted.add(loop.step(mode, cutting: mustCut || isEnded || mode == .refuse), ordering: .relaxed)
      }
      loop.close()
    }
  }

  /// How many connections were made so far.
  var connections: Int { accepted.load(ordering: .relaxed) }

  /// Changes what becomes of what is sent.
  func use(_ mode: Mode) { state.withLock { $0.mode = mode } }

  /// Resets all connections.
  func cut() { state.withLock { $0.mustCut = true } }

  /// Ends the proxy and its connections.
  func end() { state.withLock { $0.isEnded = true } }
}

/// What the thread of a proxy does.
private struct ProxyLoop {
  /// One direction of a connection.
  private struct Stream {
    let from: Int32
    let to: Int32
    var chunks: [(due: ContinuousClock.Instant, bytes: [UInt8])] = []

    /// Takes what can be read.
    ///
    /// - Parameter delay: nil to throw it away.
    /// - Returns: whether the connection is still open.
    mutating func receive(delay: Duration?) -> Bool {
      var buffer = [UInt8](repeating: 0, count: 65_536)
      let count = recv(from, &buffer, buffer.count, Int32(MSG_DONTWAIT))
      if count < 0 { return errno == EAGAIN || errno == EINTR }
      if let delay, count > 0 { chunks.append((ContinuousClock.now + delay, Array(buffer[..<count]))) }
      return count > 0
    }

    /// Sends what is due.
    ///
    /// - Returns: whether the connection is still open.
    mutating func flush() -> Bool {
      while let first = chunks.first, first.due <= ContinuousClock.now {
        let count = send(to, first.bytes, first.bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
        if count < 0 { return errno == EAGAIN || errno == EINTR }
        chunks[0].bytes.removeFirst(count)
        if chunks[0].bytes.isEmpty { chunks.removeFirst() }
      }
      return true
    }
  }

  private struct Link {
    var streams: [Stream]
    var isSwallowed = false
    var isOpen = true
  }

  private var listener: Int32?
  private let port: Int
  private let target: Int
  private var links: [Link] = []

  init(listener: Int32, port: Int, target: Int) {
    self.listener = listener
    self.port = port
    self.target = target
  }

  /// Waits a few milliseconds at most, and moves what is to be moved.
  ///
  /// - Returns: how many connections were made.
  mutating func step(_ mode: TCPProxy.Mode, cutting: Bool) -> Int {
    if cutting {
      for index in links.indices { links[index].isOpen = false }
      removeClosed()
    }
    listen(mode != .refuse)
    if mode == .swallow { for index in links.indices { links[index].isSwallowed = true } }
    let readable = wait()
    let delay = if case .forward(let delay) = mode { delay } else { Duration.zero }
    for index in links.indices { move(&links[index], readable, delay: delay) }
    removeClosed()
    return accept(readable, isSwallowed: mode == .swallow)
  }

  mutating func close() {
    listen(false)
    for index in links.indices { links[index].isOpen = false }
    removeClosed()
  }

  private mutating func listen(_ isOn: Bool) {
    if isOn, listener == nil {
      do { listener = try Loopback.listen(port: port).socket } catch {
        print("the proxy cannot listen again: \(error)")
      }
    } else if !isOn, let listener {
      Foundation.close(listener)
      self.listener = nil
    }
  }

  /// The sockets that can be read.
  private func wait() -> Set<Int32> {
    let sockets = (listener.map { [$0] } ?? []) + links.flatMap { $0.streams.map(\.from) }
    var polls = sockets.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    // What is delayed is sent at most this late.
    poll(&polls, nfds_t(polls.count), 2)
    return Set(polls.filter { $0.revents != 0 }.map(\.fd))
  }

  private func move(_ link: inout Link, _ readable: Set<Int32>, delay: Duration) {
    for index in link.streams.indices {
      if readable.contains(link.streams[index].from) {
        link.isOpen = link.streams[index].receive(delay: link.isSwallowed ? nil : delay) && link.isOpen
      }
      if !link.isSwallowed { link.isOpen = link.streams[index].flush() && link.isOpen }
    }
  }

  private mutating func accept(_ readable: Set<Int32>, isSwallowed: Bool) -> Int {
    guard let listener, readable.contains(listener) else { return 0 }
    let client = Foundation.accept(listener, nil, nil)
    guard client >= 0 else { return 0 }
    do {
      guard let server = try Loopback.connect(port: target) else {
        Loopback.reset(client)
        return 0
      }
      links.append(
        Link(
          streams: [Stream(from: client, to: server), Stream(from: server, to: client)], isSwallowed: isSwallowed))
      return 1
    } catch {
      print("the proxy cannot connect: \(error)")
      Loopback.reset(client)
      return 0
    }
  }

  private mutating func removeClosed() {
    for link in links where !link.isOpen { for stream in link.streams { Loopback.reset(stream.from) } }
    links.removeAll { !$0.isOpen }
  }
}
