// The entry of the browser map: reads the address, then mounts the one component that holds the page.
import { mount } from 'svelte';
import './app.css';
import App from './App.svelte';
import { live } from './lib/live.svelte';
import { app } from './lib/state.svelte';

app.start();
live.start();
mount(App, { target: document.getElementById('app')! });
