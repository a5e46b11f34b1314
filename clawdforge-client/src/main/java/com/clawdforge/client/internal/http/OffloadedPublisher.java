package com.clawdforge.client.internal.http;

import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;

/**
 * A request body that is read on its own thread: reading the source may block, and all calls share
 * the threads of the connections.
 */
record OffloadedPublisher(BodyPublisher source, Executor reader) implements BodyPublisher {
  @Override
  public long contentLength() {
    return source.contentLength();
  }

  @Override
  public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
    source.subscribe(
        new Subscriber<ByteBuffer>() {
          @Override
          public void onSubscribe(Subscription subscription) {
            subscriber.onSubscribe(
                new Subscription() {
                  @Override
                  public void request(long count) {
                    reader.execute(() -> subscription.request(count));
                  }

                  @Override
                  public void cancel() {
                    subscription.cancel();
                  }
                });
          }

          @Override
          public void onNext(ByteBuffer bytes) {
            subscriber.onNext(bytes);
          }

          @Override
          public void onError(Throwable broken) {
            subscriber.onError(broken);
          }

          @Override
          public void onComplete() {
            subscriber.onComplete();
          }
        });
  }
}
